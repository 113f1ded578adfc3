using Streaming.Config.Detectron;
using Streaming.Model.Layers;
using static TorchSharp.torch;

namespace Streaming.Model.Heads;

/// <summary>detectron2's FastRCNNConvFCHead: 3x3 convolutions, then linear layers, each with a ReLU.</summary>
internal sealed class BoxHead
{
    private readonly IConvolution[] _convolutions;
    private readonly List<ILinear> _linears = [];

    /// <param name="layers">Of the head.</param>
    /// <param name="channels">Channels of the pooled features.</param>
    /// <param name="config">Number and width of the layers.</param>
    public BoxHead(ILayerSource layers, int channels, RoiHeadsConfig config)
    {
        (_convolutions, channels) = ConvolutionStack.Make(layers, "conv", channels, config.NumConv, config.ConvDim, config.Norm);
        OutWidth = channels * config.Pooler.Resolution * config.Pooler.Resolution;
        for (var i = 1; i <= config.NumFc; i++)
        {
            _linears.Add(i == 1
                ? layers.LinearOverMaps("fc1", channels, config.Pooler.Resolution, config.FcDim)
                : layers.Linear($"fc{i}", OutWidth, config.FcDim));
            OutWidth = config.FcDim;
        }
    }

    /// <summary>Features per region.</summary>
    public int OutWidth { get; }

    /// <summary>(R, C, S, S) to (R, width). The caller owns the result.</summary>
    public Tensor Forward(Tensor pooled)
    {
        using var scope = NewDisposeScope();
        var x = pooled.alias();
        foreach (var convolution in _convolutions)
        {
            x = convolution.ForwardRelu(x);
        }

        foreach (var linear in _linears)
        {
            x = linear.ForwardRelu(x);
        }

        return (_linears.Count == 0 ? x.flatten(1) : x).MoveToOuterDisposeScope();
    }
}
