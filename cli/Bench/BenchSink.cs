using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Cli.Bench;

/// <summary>Writes JSON lines to a file that goes with it, and remembers every frame's times while measuring.</summary>
/// <param name="target">The stream's name.</param>
/// <param name="time">The clock.</param>
internal sealed class BenchSink(string target, TimeProvider time) : IFrameSink
{
    private readonly Lock _gate = new();
    private readonly List<FrameTimings> _timings = [];
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"streaming-bench-{Guid.NewGuid():N}.jsonl");
    private JsonLinesSink? _lines;
    private TimeSpan _written;
    private bool _isMeasuring;

    public string Target => target;

    /// <summary>Detections in the measured frames.</summary>
    public long Detections { get; private set; }

    /// <summary>Opens the file once the stream is known.</summary>
    public void Open(RunInfo run, SourceInfo source)
    {
        _lines = new JsonLinesSink(_path, run, source, time: time);
    }

    /// <summary>Forgets what came so far, the warm-up, and begins.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            _timings.Clear();
            (_isMeasuring, Detections, _written) = (true, 0, TimeSpan.Zero);
        }
    }

    /// <summary>Ends, and returns the times of the measured frames and of writing them all.</summary>
    public (IReadOnlyList<FrameTimings> Frames, TimeSpan Written) End()
    {
        lock (_gate)
        {
            _isMeasuring = false;
            return ([.. _timings], _written);
        }
    }

    public void Write(OutputFrame frame)
    {
        var started = time.GetTimestamp();
        _lines?.Write(frame);
        lock (_gate)
        {
            if (_isMeasuring)
            {
                _timings.Add(frame.Result.Timings);
                Detections += frame.Result.Detections.Count;
                _written += time.GetElapsedTime(started);
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
