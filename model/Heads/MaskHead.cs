using Streaming.Config.Detectron;
using Streaming.Model.Backbone;
using Streaming.Model.Ops;
using Streaming.Model.Profiling;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Streaming.Model.Heads;

#pragma warning disable IDE1006 // fields carry detectron2's names: they become the keys of the state_dict

/// <summary>detectron2's MaskRCNNConvUpsampleHead: convolutions, one transposed convolution to twice the size, a mask per class.</summary>
internal sealed class MaskHead : nn.Module<Tensor, Tensor>
{
    private readonly List<ConvNorm> _convolutions = [];
    private readonly Deconvolution deconv;
    private readonly ConvNorm predictor;
    private readonly bool _isClassAgnostic;

    public MaskHead(int channels, int numClasses, MaskHeadConfig config)
        : base(nameof(MaskHead))
    {
        for (var i = 0; i < config.NumConv; i++)
        {
            var convolution = new ConvNorm(channels, config.ConvDim, 3);
            register_module($"mask_fcn{i + 1}", convolution);
            _convolutions.Add(convolution);
            channels = config.ConvDim;
        }

        deconv = new Deconvolution(channels, config.ConvDim);
        predictor = new ConvNorm(config.ConvDim, config.ClassAgnostic ? 1 : numClasses, 1);
        _isClassAgnostic = config.ClassAgnostic;
        RegisterComponents();
    }

    /// <summary>Pooled features (R, C, S, S) to mask logits (R, K, 2S, 2S), or (R, 1, 2S, 2S) when class-agnostic.</summary>
    public override Tensor forward(Tensor pooled)
    {
        using var scope = NewDisposeScope();
        var x = pooled.alias();
        foreach (var convolution in _convolutions)
        {
            x = convolution.forward(x).relu_();
        }

        return MixedPrecision.Full(predictor.forward(deconv.forward(x).relu_())).MoveToOuterDisposeScope();
    }

    /// <summary>The logits (R, 2S, 2S) of each region's own class.</summary>
    public Tensor Select(Tensor logits, int[] classes)
    {
        using var scope = NewDisposeScope();
        if (_isClassAgnostic)
        {
            return logits.select(1, 0).MoveToOuterDisposeScope();
        }

        var index = tensor(classes, dtype: ScalarType.Int64, device: logits.device);
        var rows = tensor(Enumerable.Range(0, classes.Length).ToArray(), dtype: ScalarType.Int64, device: logits.device);
        return logits[rows, index].MoveToOuterDisposeScope();
    }
}

/// <summary>A 2x2 transposed convolution with stride 2 whose weights are left uninitialised.</summary>
internal sealed class Deconvolution : nn.Module<Tensor, Tensor>
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

    /// <summary>(N, C, H, W) to (N, C', 2H, 2W).</summary>
    public override Tensor forward(Tensor input)
    {
        using var x = MixedPrecision.Factor(input);
        using var factor = MixedPrecision.Factor(weight);
        using var addend = MixedPrecision.Factor(bias);
        var output = nn.functional.conv_transpose2d(x, factor, addend, strides: [2, 2]);
        // Kernel and stride are equal: each output pixel has one input pixel.
        NetworkProfile.Count(output.numel(), weight.size(0));
        return output;
    }
}
