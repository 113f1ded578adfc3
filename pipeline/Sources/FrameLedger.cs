using Streaming.Pipeline.Flow;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Sources;

/// <summary>
/// A source's frame counts, which must add up at every moment: decoded = emitted + dropped + failed + in flight. Of the emitted
/// ones some were gated.
/// </summary>
internal sealed class FrameLedger
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, long> _dropped = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _failed = new(StringComparer.Ordinal);
    private readonly ISourceObserver _observer;
    private long _decoded;
    private long _emitted;
    private long _gated;

    /// <param name="observer">Told of the same, for this run alone.</param>
    /// <param name="earlier">What an earlier run has done of the source.</param>
    public FrameLedger(ISourceObserver observer, RecordedStream? earlier)
    {
        _observer = observer;
        if (earlier is not null)
        {
            (_emitted, _gated) = (earlier.Emitted, earlier.Gated);
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

        _observer.Decoded(1, frame.CaptureTime);
    }

    /// <summary>Frames were decoded and overwritten before anyone could read them.</summary>
    public void Overrun(long frames, FrameIdentity next)
    {
        lock (_gate)
        {
            _decoded += frames;
            Add(_dropped, DropReason.Overrun, frames);
        }

        _observer.Decoded(frames, next.CaptureTime);
        _observer.Ended(FrameOutcome.Dropped(DropReason.Overrun), frames);
    }

    /// <summary>A frame has ended.</summary>
    /// <param name="outcome">How.</param>
    /// <param name="isGated">Whether a gate kept it from the network.</param>
    public void Ended(FrameOutcome outcome, bool isGated = false)
    {
        lock (_gate)
        {
            switch (outcome.Status)
            {
                case FrameStatus.Ok:
                    _emitted++;
                    _gated += isGated ? 1 : 0;
                    break;
                case FrameStatus.Dropped:
                    Add(_dropped, outcome.Reason, 1);
                    break;
                default:
                    Add(_failed, outcome.Reason, 1);
                    break;
            }
        }

        _observer.Ended(outcome, 1);
    }

    /// <summary>The counts at this moment.</summary>
    public StreamSummary Summarise(StreamEnd end, string? error)
    {
        lock (_gate)
        {
            return new StreamSummary(
                end,
                error,
                _decoded,
                _emitted,
                new SortedDictionary<string, long>(_dropped, StringComparer.Ordinal),
                new SortedDictionary<string, long>(_failed, StringComparer.Ordinal))
            {
                Gated = _gated,
            };
        }
    }

    /// <summary>Holds a finished source to the law of conservation.</summary>
    /// <exception cref="InvalidOperationException">Frames were lost, or counted twice: a bug of the pipeline.</exception>
    public static void Check(string id, StreamSummary summary)
    {
        var ended = summary.Emitted + summary.Dropped.Values.Sum() + summary.Failed.Values.Sum();
        if (ended != summary.Decoded || summary.Gated > summary.Emitted)
        {
            throw new InvalidOperationException(
                $"{id}: {summary.Decoded} frames were decoded and {ended} accounted for ({summary.Emitted} emitted, "
                + $"{summary.Gated} of them gated; "
                + $"dropped: {string.Join(", ", summary.Dropped)}; failed: {string.Join(", ", summary.Failed)}): "
                + "a bug of the pipeline.");
        }
    }

    private static void Add(SortedDictionary<string, long> counts, string reason, long frames)
    {
        counts[reason] = counts.GetValueOrDefault(reason) + frames;
    }
}
