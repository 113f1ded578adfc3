using Streaming.Model.Profiling;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.MaskRcnn;

/// <summary>
/// From images to detections: backbone, proposals, boxes, masks. This is the algorithm; how layers are computed and where regions
/// are kept is settled elsewhere.
/// </summary>
/// <param name="layers">The layers; their owner's.</param>
/// <param name="steps">What lies between them; its owner's.</param>
internal sealed class ForwardPass<TImages, TProposals, TDetections>(
    MaskRcnnLayers layers, IRegionSteps<TImages, TProposals, TDetections> steps)
{
    /// <summary>What is in the images; null when the steps cannot tell.</summary>
    public RawDetections[]? Detect(IReadOnlyList<PreprocessedImage> images)
    {
        using var scope = NewDisposeScope();
        NetworkProfile.Enter(NetworkPart.Input);
        var (batch, input) = steps.Upload(images);
        var pyramid = layers.Backbone.Forward(input);
        var proposals = Propose(batch, pyramid);
        var detections = DetectBoxes(batch, pyramid, proposals);
        return steps.Download(images, detections, Masks(pyramid, detections));
    }

    private TProposals Propose(TImages batch, Dictionary<string, Tensor> pyramid)
    {
        NetworkProfile.Enter(NetworkPart.Rpn);
        var predictions = layers.RpnHead.Forward(pyramid);
        NetworkProfile.Enter(NetworkPart.Proposals);
        var proposals = steps.Propose(batch, predictions);
        Array.ForEach(predictions, level => level.Dispose());
        return proposals;
    }

    private TDetections DetectBoxes(TImages batch, Dictionary<string, Tensor> pyramid, TProposals proposals)
    {
        NetworkProfile.Enter(NetworkPart.RoiAlign);
        using var pooled = steps.PoolProposals(pyramid, proposals);
        NetworkProfile.Enter(NetworkPart.BoxHead);
        using var predictions = pooled is null ? null : layers.PredictBoxes(pooled);
        NetworkProfile.Enter(NetworkPart.Detections);
        return steps.Select(batch, proposals, predictions);
    }

    /// <summary>Probabilities (R, side, side), or null without a mask branch or anything that it could be asked about.</summary>
    private Tensor? Masks(Dictionary<string, Tensor> pyramid, TDetections detections)
    {
        if (layers.MaskHead is not { } head)
        {
            return null;
        }

        NetworkProfile.Enter(NetworkPart.RoiAlign);
        if (steps.PoolDetections(pyramid, detections) is not var (features, classes))
        {
            return null;
        }

        NetworkProfile.Enter(NetworkPart.MaskHead);
        using var logits = head.Forward(features, classes);
        features.Dispose();
        return logits.sigmoid();
    }
}
