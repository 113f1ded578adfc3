using Streaming.Config.Detectron;
using Streaming.Model.Ops;
using static TorchSharp.torch;

namespace Streaming.Model.Heads;

#pragma warning disable IDE1006 // fields carry detectron2's names: they become the keys of the state_dict

/// <summary>The last layers of the box branch (detectron2's FastRCNNOutputLayers).</summary>
internal sealed class BoxPredictor : nn.Module
{
    private readonly LinearLayer cls_score;
    private readonly LinearLayer bbox_pred;

    public BoxPredictor(int width, RoiHeadsConfig config)
        : base(nameof(BoxPredictor))
    {
        cls_score = new LinearLayer(width, config.NumClasses + 1);
        bbox_pred = new LinearLayer(width, 4 * (config.ClassAgnosticBoxes ? 1 : config.NumClasses));
        RegisterComponents();
    }

    /// <summary>
    /// Features (R, width) to class logits (R, K + 1), the background last, and box deltas (R, K*4) or (R, 4). The caller owns both.
    /// </summary>
    public (Tensor Logits, Tensor Deltas) Forward(Tensor features)
    {
        using var logits = cls_score.forward(features);
        using var deltas = bbox_pred.forward(features);
        return (MixedPrecision.Full(logits), MixedPrecision.Full(deltas));
    }
}
