using Streaming.Model.Heads;
using Streaming.Model.Proposals;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.MaskRcnn;

/// <summary>
/// What lies between the layers of a Mask R-CNN: which regions are looked at. On the host these are lists, of which it knows when
/// they are empty; on a GPU, tables whose counts stay there. The caller owns every tensor that a step returns.
/// </summary>
/// <typeparam name="TImages">A batch's images as the steps want to know them.</typeparam>
/// <typeparam name="TProposals">Proposals of a batch.</typeparam>
/// <typeparam name="TDetections">Detections of a batch.</typeparam>
internal interface IRegionSteps<TImages, TProposals, TDetections>
{
    /// <summary>The network's input (N, 3, H, W), normalised and padded, on its device.</summary>
    (TImages Images, Tensor Input) Upload(IReadOnlyList<PreprocessedImage> images);

    /// <summary>The best of what the RPN predicts.</summary>
    TProposals Propose(TImages images, IReadOnlyList<LevelPrediction> predictions);

    /// <summary>Features (R, C, S, S) for the box branch; null when there is nothing to look at.</summary>
    Tensor? PoolProposals(IReadOnlyDictionary<string, Tensor> pyramid, TProposals proposals);

    /// <summary>The best of what the box branch predicts; nothing without predictions.</summary>
    TDetections Select(TImages images, TProposals proposals, BoxPredictions? predictions);

    /// <summary>
    /// Features (R, C, S, S) for the mask branch, and each region's class (R), int64; null when there is nothing to look at.
    /// </summary>
    (Tensor Features, Tensor Classes)? PoolDetections(IReadOnlyDictionary<string, Tensor> pyramid, TDetections detections);

    /// <summary>
    /// Detections as plain arrays, in pixels of the original pictures; null when these steps cannot tell, so that others have to
    /// answer.
    /// </summary>
    /// <param name="images">The batch.</param>
    /// <param name="detections">In pixels of the network's input.</param>
    /// <param name="masks">(R, side, side): probabilities; null without.</param>
    RawDetections[]? Download(IReadOnlyList<PreprocessedImage> images, TDetections detections, Tensor? masks);
}
