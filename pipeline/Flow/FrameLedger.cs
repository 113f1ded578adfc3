using Streaming.Pipeline.Metrics;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Flow;

/// <summary>
/// A source's book-keeping, which must add up at every moment: decoded = emitted + dropped + failed + in flight.
/// </summary>
internal sealed class FrameLedger
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, long> _dropped = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _failed = new(StringComparer.Ordinal);
    private readonly SourceMetrics _metrics;
    private long _decoded;
    private long _emitted;

    /// <param name="metrics">The same counts for Prometheus, of this run alone.</param>
    /// <param name="earlier">What an earlier run has done of the source.</param>
    public FrameLedger(SourceMetrics metrics, RecordedStream? earlier)
    {
        _metrics = metrics;
        if (earlier is not null)
        {
            _emitted = earlier.Emitted;
            _failed = new(earlier.Failed, StringComparer.Ordinal);
            if (earlier.Dropped > 0)
            {
                _dropped[DropReason.RateCap] = earlier.Dropped;
            }

            _decoded = _emitted + _failed.Values.Sum() + earlier.Dropped;
        }
    }

    /// <summary>A frame was decoded: it is in flight now.</summary>
    public void Decoded(FrameIdentity frame)
    {
        lock (_gate)
        {
            _decoded++;
        }

        _metrics.Decoded(1, frame.CaptureTime);
    }

    /// <summary>Frames were decoded that nobody could read before they were gone.</summary>
    public void Overrun(long frames, FrameIdentity next)
    {
        lock (_gate)
        {
            _decoded += frames;
            _dropped[DropReason.Overrun] = _dropped.GetValueOrDefault(DropReason.Overrun) + frames;
        }

        _metrics.Decoded(frames, next.CaptureTime);
        _metrics.Ended(FrameOutcome.Dropped(DropReason.Overrun), frames);
    }

    /// <summary>A frame's way ended.</summary>
    public void Ended(FrameOutcome outcome)
    {
        lock (_gate)
        {
            switch (outcome.Status)
            {
                case FrameStatus.Ok:
                    _emitted++;
                    break;
                case FrameStatus.Dropped:
                    _dropped[outcome.Reason] = _dropped.GetValueOrDefault(outcome.Reason) + 1;
                    break;
                default:
                    _failed[outcome.Reason] = _failed.GetValueOrDefault(outcome.Reason) + 1;
                    break;
            }
        }

        _metrics.Ended(outcome);
    }

    /// <summary>The counts at this moment.</summary>
    public StreamSummary Summarise(StreamEnd end, string? error)
    {
        lock (_gate)
        {
            return new StreamSummary(end, error, _decoded, _emitted, new SortedDictionary<string, long>(_dropped), new SortedDictionary<string, long>(_failed));
        }
    }
}
