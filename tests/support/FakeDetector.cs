using Streaming.Model;
using Streaming.Model.Structures;

namespace Streaming.Testing;

/// <summary>A detector without a network, for faults that a real one does not have on demand. Finds one box an image.</summary>
internal sealed class FakeDetector : IDetector
{
    /// <summary>Images that fail.</summary>
    public Func<PreprocessedImage, bool> IsPoisoned { get; init; } = _ => false;

    /// <summary>Larger batches fail as if memory ran out.</summary>
    public int MaxBatch { get; init; } = int.MaxValue;

    /// <summary>Called for each batch, on the thread that detects.</summary>
    public Action<IReadOnlyList<PreprocessedImage>> OnDetect { get; init; } = _ => { };

    /// <summary>Sizes of all batches so far.</summary>
    public List<int> Batches { get; } = [];

    public PreprocessedImage Preprocess(ImageView image)
    {
        return new PreprocessedImage(image.Size, image.Size, image.Size);
    }

    public IReadOnlyList<RawDetections> Detect(IReadOnlyList<PreprocessedImage> images)
    {
        OnDetect(images);
        if (images.Count > MaxBatch)
        {
            throw new DetectionException("out of memory", isOutOfMemory: true, new InvalidOperationException());
        }

        if (images.Any(IsPoisoned))
        {
            throw new DetectionException("poisoned", isOutOfMemory: false, new InvalidOperationException());
        }

        Batches.Add(images.Count);
        return [.. images.Select(image => new RawDetections(image.OriginalSize, [new Box(0, 0, 1, 1)], [0.9f], [0], 0, []))];
    }

    public void Dispose()
    {
        // Nothing to free.
    }
}
