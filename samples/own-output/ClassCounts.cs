using Streaming.Stages.Emit;

namespace OwnOutput;

/// <summary>Prints how many objects of each class were seen in all frames of a source.</summary>
internal sealed class ClassCounts(string location) : IFrameSink
{
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public string Target => "the terminal";

    // Called for each frame, in order, by one thread at a time. The frame stays the pipeline's.
    public void Write(OutputFrame frame)
    {
        foreach (var detection in frame.Result.Detections.Where(detection => detection.Score >= 0.5))
        {
            _counts[detection.Category.Name] = _counts.GetValueOrDefault(detection.Category.Name) + 1;
        }
    }

    // Called once, after the last frame.
    public void Complete(StreamSummary summary)
    {
        Console.WriteLine($"{Path.GetFileName(location)}: {summary.Emitted} frames");
        foreach (var (name, count) in _counts)
        {
            Console.WriteLine($"{name} {count}");
        }
    }

    public void Dispose()
    {
    }
}
