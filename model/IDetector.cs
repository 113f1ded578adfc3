using Streaming.Model.Structures;

namespace Streaming.Model;

/// <summary>Finds objects in pictures. Preprocessing may run on many threads at once; detecting runs on one.</summary>
internal interface IDetector : IDisposable
{
    /// <summary>Resizes a picture for the network.</summary>
    /// <param name="image">Rows of B, G, R bytes.</param>
    /// <returns>The preprocessed image; the caller disposes it.</returns>
    PreprocessedImage Preprocess(ImageView image);

    /// <summary>Finds objects in a batch of preprocessed images, which stay the caller's.</summary>
    /// <param name="images">One or more, of any sizes.</param>
    /// <returns>For each image its detections, in pixels of the original picture.</returns>
    /// <exception cref="DetectionException">The network failed on this batch.</exception>
    IReadOnlyList<RawDetections> Detect(IReadOnlyList<PreprocessedImage> images);
}
