using Streaming.Config.Detectron;
using Streaming.Model.Ops;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Streaming.Model.Backbone;

#pragma warning disable IDE1006 // fields carry detectron2's names: they become the keys of the state_dict

/// <summary>
/// detectron2's Conv2d: a convolution that owns the norm behind it, so that the keys are "weight", "bias" and "norm.*".
/// Weights are left uninitialised: they come from a checkpoint.
/// </summary>
internal sealed class ConvNorm : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly nn.Module<Tensor, Tensor>? norm;
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly int _groups;

    /// <param name="inChannels">Channels in.</param>
    /// <param name="outChannels">Channels out.</param>
    /// <param name="kernel">Side of the kernel; padding keeps the size at stride 1.</param>
    /// <param name="stride">Step of the kernel.</param>
    /// <param name="groups">Groups of channels.</param>
    /// <param name="norm">The norm, or null for a bias instead.</param>
    public ConvNorm(int inChannels, int outChannels, int kernel, int stride = 1, int groups = 1, NormKind? norm = null)
        : base(nameof(ConvNorm))
    {
        weight = Uninitialised.ChannelsLast(outChannels, inChannels / groups, kernel, kernel);
        bias = norm is null ? Uninitialised.RowMajor(outChannels) : null;
        this.norm = norm switch
        {
            NormKind.FrozenBN => new FrozenBatchNorm2d(outChannels),
            NormKind.BN => nn.BatchNorm2d(outChannels),
            _ => null,
        };
        (_stride, _padding, _groups) = ([stride, stride], [kernel / 2, kernel / 2], groups);
        RegisterComponents();
    }

    /// <summary>(N, C, H, W) to (N, C', H / stride, W / stride).</summary>
    public override Tensor forward(Tensor input)
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

    private Tensor Convolve(Tensor input)
    {
        using var x = MixedPrecision.Factor(input);
        using var factor = MixedPrecision.Factor(weight);
        using var addend = bias is null ? null : MixedPrecision.Factor(bias);
        return nn.functional.conv2d(x, factor, addend, _stride, _padding, groups: _groups);
    }
}
