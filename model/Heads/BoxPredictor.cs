using Streaming.Config.Detectron;
using Streaming.Model.Layers;
using Streaming.Model.Ops;
using static TorchSharp.torch;

namespace Streaming.Model.Heads;

/// <summary>The last layers of the box branch (detectron2's FastRCNNOutputLayers).</summary>
/// <param name="layers">Of the predictor.</param>
/// <param name="width">Features per region.</param>
/// <param name="config">Classes.</param>
internal sealed class BoxPredictor(ILayerSource layers, int width, RoiHeadsConfig config)
{
    private readonly ILinear _scores = layers.Linear("cls_score", width, config.NumClasses + 1);
    private readonly ILinear _deltas = layers.Linear("bbox_pred", width, 4 * (config.ClassAgnosticBoxes ? 1 : config.NumClasses));

    /// <summary>Predictions from features (R, width). The caller owns them.</summary>
    public BoxPredictions Forward(Tensor features)
    {
        using var logits = _scores.Forward(features);
        using var deltas = _deltas.Forward(features);
        return new BoxPredictions(MixedPrecision.Full(logits), MixedPrecision.Full(deltas));
    }
}
