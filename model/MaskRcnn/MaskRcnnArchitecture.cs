using Streaming.Config.Detectron;
using Streaming.Model.Layers;
using Streaming.Model.Networks;
using static TorchSharp.torch;

namespace Streaming.Model.MaskRcnn;

/// <summary>Mask R-CNN (He et al. 2017), or Faster R-CNN without the mask branch: detectron2's GeneralizedRCNN.</summary>
/// <param name="config">The configuration.</param>
internal sealed class MaskRcnnArchitecture(ModelConfig config) : IArchitecture
{
    /// <summary>
    /// Pixels have more than bfloat16's eight bits once their mean is taken off; the pyramid's coarse levels are sums of all that
    /// is above them. float16 has eleven.
    /// </summary>
    private static readonly string[] Coarse = ["bottom_up.stem.", "bottom_up.res2.", "fpn_lateral4", "fpn_lateral5"];

    /// <summary>Scores and boxes are read off the predictors.</summary>
    private static readonly string[] Predictors = ["rpn_head.objectness_logits", "rpn_head.anchor_deltas", "box_predictor."];

    /// <summary>
    /// The sum that runs through res3, which all later stages stand on, is made of what these layers of its blocks give.
    /// </summary>
    private static readonly string[] Summands = [".shortcut", ".conv3"];

    /// <inheritdoc/>
    public int ClassCount => config.RoiHeads.NumClasses;

    /// <inheritdoc/>
    public NetworkOutputs Outputs => config.MaskHead is null ? NetworkOutputs.Boxes : NetworkOutputs.Boxes | NetworkOutputs.Masks;

    /// <inheritdoc/>
    public bool SupportsCudaKernels => DeviceSteps.Supports(config);

    /// <inheritdoc/>
    public INetwork Build(ILayerSource layers, NetworkTarget target)
    {
        return new MaskRcnnNetwork(this, config, layers, target);
    }

    /// <inheritdoc/>
    public bool NeedsFloat32(string layer, ScalarType type)
    {
        return Contains(Predictors) || (type == ScalarType.BFloat16 && (Contains(Coarse) || IsSummand()));

        bool IsSummand()
        {
            return Contains(["bottom_up.res3."]) && Summands.Any(end => layer.EndsWith(end, StringComparison.Ordinal));
        }

        bool Contains(string[] parts)
        {
            return parts.Any(part => layer.Contains(part, StringComparison.Ordinal));
        }
    }
}
