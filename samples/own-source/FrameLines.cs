using Streaming.Stages.Emit;

namespace OwnSource;

/// <summary>Prints a line for each frame: its number, and what was found in it.</summary>
internal sealed class FrameLines : IFrameSink
{
    public string Target => "the terminal";

    public void Write(OutputFrame frame)
    {
        var sure = frame.Result.Detections.Where(detection => detection.Score >= 0.5);
        var names = string.Join(", ", sure.Select(detection => detection.Category.Name));
        Console.WriteLine($"{frame.Result.Identity.Index}: {names}");
    }

    public void Complete(StreamSummary summary)
    {
    }

    public void Dispose()
    {
    }
}
