using Streaming.Config.Detectron;
using Streaming.Model.Ops;
using Streaming.Model.Profiling;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Streaming.Model.Layers;

#pragma warning disable IDE1006 // fields carry detectron2's names: they become the keys of the state_dict

/// <summary>
/// detectron2's Conv2d: a convolution that owns the norm behind it, so that the keys are "weight", "bias" and "norm.*".
/// Weights are left uninitialised: they come from a checkpoint.
/// </summary>
internal sealed class ConvNorm : nn.Module, IConvolution
{
    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly nn.Module<Tensor, Tensor>? norm;
    private readonly long[] _stride;
    private readonly long[] _padding;

    public ConvNorm(ConvolutionShape shape)
        : base(nameof(ConvNorm))
    {
        Shape = shape;
        weight = Uninitialised.ChannelsLast(shape.OutChannels, shape.InChannels / shape.Groups, shape.Kernel, shape.Kernel);
        bias = shape.Norm is null ? Uninitialised.RowMajor(shape.OutChannels) : null;
        norm = shape.Norm switch
        {
            NormKind.FrozenBN => new FrozenBatchNorm2d(shape.OutChannels),
            NormKind.BN => nn.BatchNorm2d(shape.OutChannels),
            _ => null,
        };
        (_stride, _padding) = ([shape.Stride, shape.Stride], [shape.Padding, shape.Padding]);
        RegisterComponents();
    }

    /// <summary>What it is.</summary>
    public ConvolutionShape Shape { get; }

    /// <summary>(out, in / groups, kernel, kernel); the module owns them.</summary>
    public Tensor Weight => weight;

    /// <summary>(out), or null with a norm; the module owns them.</summary>
    public Tensor? Bias => bias;

    /// <summary>The norm, or null with a bias.</summary>
    public nn.Module<Tensor, Tensor>? Norm => norm;

    /// <inheritdoc/>
    public Tensor Forward(Tensor input)
    {
        var convolved = Convolve(input);
        if (norm is null)
        {
            return convolved;
        }

        using (convolved)
        {
            return norm.forward(convolved);
        }
    }

    /// <inheritdoc/>
    public Tensor ForwardRelu(Tensor input)
    {
        return Forward(input).relu_();
    }

    /// <inheritdoc/>
    public Tensor ToOwnType(Tensor tensor)
    {
        return MixedPrecision.Factor(tensor, weight);
    }

    /// <inheritdoc/>
    public Tensor ForwardOnto(Tensor sum, Tensor input, bool withRelu)
    {
        var output = Forward(input).PlusInPlace(sum);
        return withRelu ? output.relu_() : output;
    }

    private Tensor Convolve(Tensor input)
    {
        using var x = MixedPrecision.Factor(input, weight);
        using var factor = MixedPrecision.Factor(weight, weight);
        using var addend = bias is null ? null : MixedPrecision.Factor(bias, weight);
        var output = nn.functional.conv2d(x, factor, addend, _stride, _padding, groups: Shape.Groups);
        NetworkProfile.Count(output, weight.numel() / weight.size(0), x, factor);
        return output;
    }
}
