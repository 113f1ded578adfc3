using Streaming.Config.Detectron;
using Streaming.Model.Backbone;
using Streaming.Model.Ops;
using Streaming.Model.Profiling;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Streaming.Model.Heads;

#pragma warning disable IDE1006 // fields carry detectron2's names: they become the keys of the state_dict

/// <summary>detectron2's MaskRCNNConvUpsampleHead: convolutions, one transposed convolution to twice the size, a mask per class.</summary>
internal sealed class MaskHead : nn.Module<Tensor, Tensor>, IFusable
{
    private readonly List<ConvNorm> _convolutions = [];
    private readonly Deconvolution deconv;
    private readonly ConvNorm predictor;
    private readonly bool _isClassAgnostic;
    private bool _isFused;

    public MaskHead(int channels, int numClasses, MaskHeadConfig config)
        : base(nameof(MaskHead))
    {
        for (var i = 0; i < config.NumConv; i++)
        {
            var convolution = new ConvNorm(channels, config.ConvDim, 3, norm: config.Norm);
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
        return MixedPrecision.Full(predictor.forward(deconv.forward(Convolve(pooled)).relu_())).MoveToOuterDisposeScope();
    }

    /// <summary>Pooled features (R, C, S, S) to the logits (R, 2S, 2S) of each region's own class.</summary>
    public Tensor Forward(Tensor pooled, int[] classes)
    {
        using var scope = NewDisposeScope();
        return (_isFused ? Own(Convolve(pooled), classes) : Select(forward(pooled), classes)).MoveToOuterDisposeScope();
    }

    /// <summary>The same for classes (R) that are on the device: nothing waits for them.</summary>
    public Tensor Forward(Tensor pooled, Tensor classes)
    {
        using var scope = NewDisposeScope();
        var x = deconv.forward(Convolve(pooled)).relu_();
        var (count, side) = (x.size(0), x.size(2));
        var index = _isClassAgnostic ? zeros_like(classes) : classes;
        var weights = predictor.Weights.index_select(0, index).reshape(count, -1, 1);
        var pixels = MixedPrecision.Factor(x, weights).permute(0, 2, 3, 1).reshape(count, side * side, -1);
        var logits = pixels.bmm(weights).Plus(predictor.Biases!.index_select(0, index).reshape(-1, 1, 1));
        NetworkProfile.Count(logits, weights.size(1), pixels, weights);
        return MixedPrecision.Full(logits).reshape(count, side, side).MoveToOuterDisposeScope();
    }

    /// <summary>From now on the layers that enlarge and predict do less, see <see cref="FusedOps"/>. For detecting only.</summary>
    public void Fuse()
    {
        _isFused = true;
        deconv.Fuse();
    }

    private Tensor Convolve(Tensor pooled)
    {
        var x = pooled.alias();
        foreach (var convolution in _convolutions)
        {
            x = convolution.ForwardRelu(x);
        }

        return x;
    }

    private Tensor Select(Tensor logits, int[] classes)
    {
        if (_isClassAgnostic)
        {
            return logits.select(1, 0);
        }

        var rows = tensor(Enumerable.Range(0, classes.Length).ToArray(), dtype: ScalarType.Int64, device: logits.device);
        return logits[rows, Index(classes, logits.device)];
    }

    /// <summary>The last layers for the classes that are wanted alone, on pixels as they lie in memory.</summary>
    private Tensor Own(Tensor x, int[] classes)
    {
        var (count, side) = (x.size(0), x.size(2));
        var index = Index(_isClassAgnostic ? new int[classes.Length] : classes, x.device);
        var weights = predictor.Weights.index_select(0, index).reshape(count, -1, 1);
        var pixels = deconv.Pixels(x);
        var logits = pixels.bmm(weights).Plus(predictor.Biases!.index_select(0, index).reshape(-1, 1, 1));
        NetworkProfile.Count(logits, weights.size(1), pixels, weights);
        return MixedPrecision.Full(logits).reshape(count, side, side, 2, 2).permute(0, 1, 3, 2, 4).reshape(count, 2 * side, 2 * side);
    }

    private static Tensor Index(int[] classes, Device device)
    {
        return tensor(classes, dtype: ScalarType.Int64, device: device);
    }
}

/// <summary>A 2x2 transposed convolution with stride 2 whose weights are left uninitialised.</summary>
internal sealed class Deconvolution : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private Tensor? _asConvolution;
    private Tensor? _fourBiases;

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
        using var x = MixedPrecision.Factor(input, weight);
        using var factor = MixedPrecision.Factor(weight, weight);
        using var addend = MixedPrecision.Factor(bias, weight);
        var output = nn.functional.conv_transpose2d(x, factor, addend, strides: [2, 2]);
        // Kernel and stride are equal: each output pixel has one input pixel.
        NetworkProfile.Count(output, weight.size(0), x, factor);
        return output;
    }

    /// <summary>Prepares <see cref="Pixels"/>; the weights keep their type from now on.</summary>
    public void Fuse()
    {
        using var scope = NewDisposeScope();
        _asConvolution = weight.permute(2, 3, 1, 0).reshape(-1, weight.size(0), 1, 1).DetachFromDisposeScope();
        _fourBiases = bias.repeat(4).DetachFromDisposeScope();
    }

    /// <summary>
    /// (N, C, H, W) to the pixels of the result with a ReLU behind it, (N, H*W*4, C'): the four that come of an input pixel follow each other, row by row. Kernel and
    /// stride are equal, so that a 1x1 convolution makes them.
    /// </summary>
    public Tensor Pixels(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = MixedPrecision.Factor(input, weight);
        var output = FusedOps.Convolution(x, _asConvolution!, _fourBiases!, stride: 1, padding: 0, groups: 1, rectifies: true);
        return output.permute(0, 2, 3, 1).reshape(input.size(0), -1, bias.size(0)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _asConvolution?.Dispose();
            _fourBiases?.Dispose();
        }

        base.Dispose(disposing);
    }
}
