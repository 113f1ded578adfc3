using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Cli.Bench;

/// <summary>Writes nothing and remembers every frame's times while measuring.</summary>
/// <param name="target">The stream's name.</param>
internal sealed class BenchSink(string target) : IFrameSink
{
    private readonly Lock _gate = new();
    private readonly List<FrameTimings> _timings = [];
    private bool _isMeasuring;

    public string Target => target;

    /// <summary>Detections in the measured frames.</summary>
    public long Detections { get; private set; }

    /// <summary>Forgets what came so far, the warm-up, and begins.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            _timings.Clear();
            (_isMeasuring, Detections) = (true, 0);
        }
    }

    /// <summary>Ends, and returns the times of the measured frames.</summary>
    public IReadOnlyList<FrameTimings> End()
    {
        lock (_gate)
        {
            _isMeasuring = false;
            return [.. _timings];
        }
    }

    public void Write(Frame frame, FrameResult result)
    {
        lock (_gate)
        {
            if (_isMeasuring)
            {
                _timings.Add(result.Timings);
                Detections += result.Detections.Count;
            }
        }
    }

    public void Complete(StreamSummary summary)
    {
        // Nothing is written.
    }

    public void Dispose()
    {
        // Nothing stays open.
    }
}
