namespace Streaming.Stages.Emit.Segments;

/// <summary>
/// When a segment is over, by the times of its frames: at each multiple of an interval, counted from midnight UTC. UTC knows no
/// summer time: no hour comes twice, and none is left out.
/// </summary>
/// <param name="every">The interval, which divides a day; null when segments have no limit of time.</param>
internal sealed class SegmentClock(TimeSpan? every)
{
    /// <summary>
    /// Clocks are corrected by a little all the time: that much back at a limit is no reason for a new segment.
    /// </summary>
    private static readonly TimeSpan Correction = TimeSpan.FromSeconds(10);

    private readonly TimeSpan _tolerance = every < Correction ? every.Value : Correction;
    private DateTimeOffset? _slot;

    /// <summary>Whether a frame of that time belongs to another segment; also after the clock was set back.</summary>
    public bool IsOver(DateTimeOffset at)
    {
        return every is not null && _slot is { } slot && (SlotOf(at) > slot || at < slot - _tolerance);
    }

    /// <summary>A segment begins.</summary>
    /// <param name="at">Its first frame's time.</param>
    /// <returns>
    /// The time that it covers from: the limit where one segment follows another, otherwise that of its first frame.
    /// </returns>
    public DateTimeOffset Begin(DateTimeOffset at)
    {
        if (every is null)
        {
            return at;
        }

        var (before, slot) = (_slot, SlotOf(at));
        _slot = slot;
        return slot > before ? slot : at;
    }

    private DateTimeOffset SlotOf(DateTimeOffset at)
    {
        var ticks = at.UtcTicks;
        return new DateTimeOffset(ticks - (ticks % every!.Value.Ticks), TimeSpan.Zero);
    }
}
