using Streaming.Model.Ops;
using Streaming.Model.Profiling;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Streaming.Model.Layers;

#pragma warning disable IDE1006 // fields carry detectron2's names: they become the keys of the state_dict

/// <summary>A 2x2 transposed convolution with stride 2 whose weights are left uninitialised.</summary>
internal sealed class Deconvolution : nn.Module
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    public Deconvolution(int inChannels, int outChannels)
        : base(nameof(Deconvolution))
    {
        weight = Uninitialised.RowMajor(inChannels, outChannels, 2, 2);
        bias = Uninitialised.RowMajor(outChannels);
        RegisterComponents();
    }

    /// <summary>(in, out, 2, 2); the module owns them.</summary>
    public Tensor Weight => weight;

    /// <summary>(out); the module owns them.</summary>
    public Tensor Bias => bias;

    /// <summary>(N, C, H, W) to (N, C', 2H, 2W).</summary>
    public Tensor Forward(Tensor input)
    {
        using var x = MixedPrecision.Factor(input, weight);
        using var factor = MixedPrecision.Factor(weight, weight);
        using var addend = MixedPrecision.Factor(bias, weight);
        var output = nn.functional.conv_transpose2d(x, factor, addend, strides: [2, 2]);
        // Kernel and stride are equal: each output pixel has one input pixel.
        NetworkProfile.Count(output, weight.size(0), x, factor);
        return output;
    }
}
