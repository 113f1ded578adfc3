using Streaming.Config.Detectron;
using Streaming.Model.Ops;
using Streaming.Model.Structures;

namespace Streaming.Model;

/// <summary>
/// Preprocesses images as the network wants them and finds nothing in them: to measure everything but the network.
/// </summary>
/// <param name="input">How images are resized.</param>
internal sealed class NullDetector(InputConfig input) : IDetector
{
    /// <summary>The coarsest level of the feature pyramid has one pixel for so many.</summary>
    private const int SizeDivisibility = 32;

    /// <inheritdoc/>
    public PreprocessedImage Preprocess(ImageView image)
    {
        return ResizeShortestEdge.Preprocess(image, input, SizeDivisibility);
    }

    /// <inheritdoc/>
    public IReadOnlyList<RawDetections> Detect(IReadOnlyList<PreprocessedImage> images)
    {
        var results = new RawDetections[images.Count];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = new RawDetections(images[i].OriginalSize, [], [], [], 0, []);
        }

        return results;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing to free.
    }
}
