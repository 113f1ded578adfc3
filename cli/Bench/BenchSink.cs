using Streaming.Cli.Measuring;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Cli.Bench;

/// <summary>Writes JSON lines to a file that goes with it, and counts the frames' times while measuring.</summary>
/// <param name="target">The stream's name.</param>
/// <param name="time">The clock.</param>
internal sealed class BenchSink(string target, TimeProvider time) : IFrameSink
{
    private readonly Lock _gate = new();
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"streaming-bench-{Guid.NewGuid():N}.jsonl");
    private JsonLinesSink? _lines;
    private StageTimes? _times;

    public string Target => target;

    /// <summary>Detections in the measured frames.</summary>
    public long Detections { get; private set; }

    /// <summary>Opens the file once the stream is known.</summary>
    public void Open(RunInfo run, SourceInfo source)
    {
        _lines = new JsonLinesSink(_path, run, source, time: time);
    }

    /// <summary>Begins to count, after the warm-up.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            (_times, Detections) = (new StageTimes(), 0);
        }
    }

    /// <summary>Ends, and returns the times of the measured frames.</summary>
    public StageTimes End()
    {
        lock (_gate)
        {
            var times = _times ?? new StageTimes();
            _times = null;
            return times;
        }
    }

    /// <summary>Counts the time that a frame took to decode; its source knows it.</summary>
    public void Decoded(TimeSpan elapsed)
    {
        lock (_gate)
        {
            _times?.Decode.Add(elapsed);
        }
    }

    public void Write(OutputFrame frame)
    {
        var started = time.GetTimestamp();
        _lines?.Write(frame);
        lock (_gate)
        {
            if (_times is { } times)
            {
                times.Add(frame.Result.Timings, time.GetElapsedTime(started));
                Detections += frame.Result.Detections.Count;
            }
        }
    }

    public void Complete(StreamSummary summary)
    {
        // Nobody reads the file.
    }

    public void Dispose()
    {
        _lines?.Dispose();
        File.Delete(_path);
    }
}
