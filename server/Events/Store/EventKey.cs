namespace Streaming.Server.Events.Store;

/// <summary>
/// An event's number in the index: its time in microseconds, and a number among those of the same time. So the newest event has
/// the largest key, and a key is a place between two events that stays where it is.
/// </summary>
internal static class EventKey
{
    /// <summary>How many events a microsecond has room for.</summary>
    public const long PerMoment = 1024;

    private const long MaxTime = (long.MaxValue / PerMoment) - 1_000_000;

    /// <summary>The first key of a time.</summary>
    /// <param name="microseconds">Since 1970. Times that no clock shows count as the first or the last one.</param>
    public static long First(long microseconds)
    {
        return Math.Clamp(microseconds, -MaxTime, MaxTime) * PerMoment;
    }

    /// <summary>The first key of a time.</summary>
    public static long First(DateTimeOffset time)
    {
        return First((time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);
    }
}
