using System.Globalization;
using Streaming.Config.Detectron;
using Streaming.Model.Layers;
using Streaming.Model.Ops;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Proposals;

/// <summary>The network of the RPN (Ren et al. 2015; detectron2's StandardRPNHead), shared by all levels.</summary>
internal sealed class RpnHead
{
    private readonly IConvolution[] _convolutions;
    private readonly IConvolutionPair _predictors;
    private readonly IReadOnlyList<string> _levels;

    /// <param name="layers">Of the head.</param>
    /// <param name="channels">Channels of the pyramid.</param>
    /// <param name="anchorsPerCell">Anchors at each pixel.</param>
    /// <param name="config">Levels of the pyramid, finest first, and channels of each 3x3 convolution.</param>
    public RpnHead(ILayerSource layers, int channels, int anchorsPerCell, RpnConfig config)
    {
        _levels = config.InFeatures;
        _convolutions = Convolutions(layers, channels, config.ConvDims ?? [channels]);
        channels = config.ConvDims?[^1] ?? channels;
        _predictors = layers.ConvolutionPair(
            ("objectness_logits", anchorsPerCell), ("anchor_deltas", 4 * anchorsPerCell), channels);
    }

    /// <summary>Predictions on each level. The caller owns them.</summary>
    /// <param name="pyramid">The levels by name, each (N, C, H, W).</param>
    public LevelPrediction[] Forward(IReadOnlyDictionary<string, Tensor> pyramid)
    {
        return [.. _levels.Select(name => Forward(pyramid[name]))];
    }

    private LevelPrediction Forward(Tensor level)
    {
        using var scope = NewDisposeScope();
        var hidden = _convolutions.Aggregate(level, (x, convolution) => convolution.ForwardRelu(x));
        var (logits, deltas) = _predictors.Forward(hidden);
        logits = MixedPrecision.Full(logits).permute(0, 2, 3, 1).flatten(1);
        deltas = MixedPrecision.Full(deltas).permute(0, 2, 3, 1).reshape(level.size(0), -1, 4);
        return new LevelPrediction(
            logits.MoveToOuterDisposeScope(),
            deltas.MoveToOuterDisposeScope(),
            new ImageSize((int)level.size(2), (int)level.size(3)));
    }

    /// <summary>detectron2 names one convolution "conv" and several "conv.conv0", "conv.conv1"….</summary>
    private static IConvolution[] Convolutions(ILayerSource layers, int channels, IReadOnlyList<int> widths)
    {
        if (widths is [var only])
        {
            return [layers.Convolution("conv", new ConvolutionShape(channels, only, 3))];
        }

        var numbered = layers.In("conv");
        var convolutions = new IConvolution[widths.Count];
        for (var i = 0; i < convolutions.Length; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"conv{i}");
            convolutions[i] = numbered.Convolution(name, new ConvolutionShape(channels, widths[i], 3));
            channels = widths[i];
        }

        return convolutions;
    }
}
