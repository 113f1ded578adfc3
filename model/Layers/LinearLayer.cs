using Streaming.Model.Ops;
using Streaming.Model.Profiling;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Streaming.Model.Layers;

#pragma warning disable IDE1006 // fields carry detectron2's names: they become the keys of the state_dict

/// <summary>A linear layer whose weights are left uninitialised: they come from a checkpoint.</summary>
internal sealed class LinearLayer : nn.Module, ILinear
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    public LinearLayer(int inWidth, int outWidth)
        : base(nameof(LinearLayer))
    {
        weight = Uninitialised.RowMajor(outWidth, inWidth);
        bias = Uninitialised.RowMajor(outWidth);
        RegisterComponents();
    }

    /// <summary>(out, in); the module owns them.</summary>
    public Tensor Weight => weight;

    /// <summary>(out); the module owns them.</summary>
    public Tensor Bias => bias;

    /// <inheritdoc/>
    public Tensor Forward(Tensor input)
    {
        using var rows = input.flatten(1);
        using var x = MixedPrecision.Factor(rows, weight);
        using var factor = MixedPrecision.Factor(weight, weight);
        using var addend = MixedPrecision.Factor(bias, weight);
        var output = nn.functional.linear(x, factor, addend);
        NetworkProfile.Count(output, weight.size(1), x, factor);
        return output;
    }

    /// <inheritdoc/>
    public Tensor ForwardRelu(Tensor input)
    {
        return Forward(input).relu_();
    }
}
