using Streaming.Model;
using Streaming.Model.Structures;

namespace Streaming.Stages.Infer;

/// <summary>What came of one image of a batch: its detections, or the error that stands for it.</summary>
/// <param name="Detections">Null when it failed.</param>
/// <param name="Error">Null when it did not.</param>
internal readonly record struct ImageOutcome(RawDetections? Detections, Exception? Error);

/// <summary>
/// Runs batches through the network. A batch that fails is halved until the image at fault stands alone, so that one bad
/// image, or too little memory for the whole batch, costs no other image its result.
/// </summary>
/// <param name="detector">The network.</param>
/// <param name="onFailure">Told of every batch that failed, also of those whose images came through in smaller ones.</param>
internal sealed class BatchDetector(IDetector detector, Action<Exception, int>? onFailure = null)
{
    /// <summary>An outcome for each image, in order.</summary>
    /// <param name="images">One or more; they stay the caller's.</param>
    public ImageOutcome[] Detect(IReadOnlyList<PreprocessedImage> images)
    {
        try
        {
            return [.. detector.Detect(images).Select(detections => new ImageOutcome(detections, null))];
        }
        catch (Exception exception)
        {
            onFailure?.Invoke(exception, images.Count);
            if (images.Count == 1)
            {
                return [new ImageOutcome(null, exception)];
            }

            var half = images.Count / 2;
            return [.. Detect([.. images.Take(half)]), .. Detect([.. images.Skip(half)])];
        }
    }
}
