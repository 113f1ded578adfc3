using Streaming.Config.Run;

namespace Streaming.Stages.Emit.Segments;

/// <summary>Chooses the segments that go: the oldest ones of all sources and outputs together.</summary>
internal static class Retention
{
    /// <summary>The reasons, as metrics and log name them.</summary>
    public const string Age = "age", Size = "size", FreeSpace = "free_space";

    /// <summary>What goes now, oldest first.</summary>
    /// <param name="rules">What the user wants.</param>
    /// <param name="segments">The whole segments.</param>
    /// <param name="now">UTC.</param>
    /// <param name="openBytes">What the segments that are being written take.</param>
    /// <param name="freeBytes">
    /// What is free on the disk; null when unknown. No more is removed than what is missing at this moment: file systems give
    /// space back late, and nothing must go for that.
    /// </param>
    public static IEnumerable<(SegmentSet Set, Segment Segment, string Reason)> Choose(
        SegmentSection rules,
        IEnumerable<(SegmentSet Set, Segment Segment)> segments,
        DateTimeOffset now,
        long openBytes,
        long? freeBytes)
    {
        (SegmentSet Set, Segment Segment)[] all = [.. segments];
        var excess = all.Sum(item => item.Segment.Bytes) + openBytes - rules.KeepBytes ?? 0;
        var missing = rules.KeepFreeBytes - freeBytes ?? 0;
        var end = now - rules.KeepFor;
        if (excess <= 0 && missing <= 0 && !all.Any(item => item.Segment.End < end))
        {
            yield break;
        }

        foreach (var (set, segment) in all.OrderBy(item => item.Segment.Start))
        {
            var reason = segment.End < end ? Age : excess > 0 ? Size : missing > 0 ? FreeSpace : null;
            if (reason is not null)
            {
                yield return (set, segment, reason);
                (excess, missing) = (excess - segment.Bytes, missing - segment.Bytes);
            }
        }
    }
}
