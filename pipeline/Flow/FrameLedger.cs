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
    private long _decoded;
    private long _emitted;

    /// <summary>A frame was decoded: it is in flight now.</summary>
    public void Decoded()
    {
        lock (_gate)
        {
            _decoded++;
        }
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
