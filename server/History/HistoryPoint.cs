using Streaming.Pipeline;
using Streaming.Pipeline.Metrics;

namespace Streaming.Server.History;

/// <summary>A source at one moment, and what it has done since the one before. Null is what is not known.</summary>
/// <param name="At">The moment.</param>
/// <param name="Rate">Results a second.</param>
/// <param name="Age">Seconds since the newest result.</param>
/// <param name="Objects">Objects in the newest result.</param>
/// <param name="Latency">Mean milliseconds of a frame, by stage.</param>
/// <param name="Occupancy">Objects in each zone.</param>
/// <param name="Crossed">Crossings of each line in each direction.</param>
internal sealed record HistoryPoint(
    DateTimeOffset At,
    double? Rate,
    double? Age,
    int? Objects,
    IReadOnlyDictionary<string, double?> Latency,
    IReadOnlyDictionary<string, long?> Occupancy,
    IReadOnlyDictionary<string, long?> Crossed)
{
    /// <summary>What two looks at a source tell.</summary>
    /// <param name="now">The newer one.</param>
    /// <param name="before">The one before; null when it is the first.</param>
    public static HistoryPoint Between(SourceLook now, SourceLook? before)
    {
        var status = now.Status;
        var age = now.At - status.LastResultAt;
        // A camera that is lost still has its last objects: nobody knows whether they are there.
        var isCurrent = age <= SourceHistory.Interval;
        var earlier = before?.Handle == now.Handle ? before : null;
        return new HistoryPoint(
            now.At,
            earlier is null ? null : now.RateSince(earlier),
            age is { } known ? Math.Round(Math.Max(known.TotalSeconds, 0), 1) : null,
            isCurrent ? status.Objects : null,
            now.Figures.Latency.ToDictionary(item => item.Key, item => Mean(item.Value, earlier?.Figures.Latency[item.Key])),
            now.Figures.Zones.ToDictionary(zone => zone.Name, zone => isCurrent ? zone.Occupancy.Values.Sum() : (long?)null),
            Crossings(now).ToDictionary(
                item => item.Key,
                item => earlier is null ? (long?)null : item.Value - Crossings(earlier).GetValueOrDefault(item.Key)));
    }

    private static double? Mean(LatencySum now, LatencySum? before)
    {
        return before is { } earlier && now.Frames > earlier.Frames
            ? Math.Round((now.Total - earlier.Total).TotalMilliseconds / (now.Frames - earlier.Frames), 2) : null;
    }

    private static Dictionary<string, long> Crossings(SourceLook look)
    {
        return look.Figures.Lines
            .SelectMany(line => line.Directions.Select(way => (Name: $"{line.Name} {way.Name}", Count: way.Crossed.Values.Sum())))
            .GroupBy(way => way.Name, way => way.Count)
            .ToDictionary(way => way.Key, way => way.First());
    }
}

/// <summary>All that is known of a source at one moment.</summary>
/// <param name="At">The moment.</param>
/// <param name="Timestamp">The same by a clock that nobody sets.</param>
/// <param name="Handle">Which source: another one may have its name later.</param>
/// <param name="Status">How it is.</param>
/// <param name="Figures">What was measured.</param>
internal sealed record SourceLook(
    DateTimeOffset At, TimeSpan Timestamp, SourceHandle Handle, SourceStatus Status, SourceFigures Figures)
{
    /// <summary>Results a second between two looks.</summary>
    public double RateSince(SourceLook earlier)
    {
        var results = Status.Counts.Emitted - earlier.Status.Counts.Emitted;
        return Math.Round(results / (Timestamp - earlier.Timestamp).TotalSeconds, 2);
    }
}
