namespace Streaming.Pipeline.Metrics;

/// <summary>What was measured of a source so far, as plain values.</summary>
/// <param name="Latency">Where the time went, by stage; the names are those of the frames' timings.</param>
/// <param name="Zones">Its zones.</param>
/// <param name="Lines">Its lines.</param>
internal sealed record SourceFigures(
    IReadOnlyDictionary<string, LatencySum> Latency, IReadOnlyList<ZoneFigures> Zones, IReadOnlyList<LineFigures> Lines);

/// <summary>The time that frames have spent somewhere.</summary>
/// <param name="Frames">How many.</param>
/// <param name="Total">All of them together.</param>
internal readonly record struct LatencySum(long Frames, TimeSpan Total)
{
    public static LatencySum operator +(LatencySum sum, TimeSpan time)
    {
        return new LatencySum(sum.Frames + 1, sum.Total + time);
    }
}

/// <summary>A zone's counts by class, of the classes that were ever seen in it.</summary>
/// <param name="Name">The zone.</param>
/// <param name="Occupancy">Objects in it.</param>
/// <param name="Entered">Objects that entered it.</param>
/// <param name="Left">Objects that left it.</param>
internal sealed record ZoneFigures(
    string Name,
    IReadOnlyDictionary<string, long> Occupancy,
    IReadOnlyDictionary<string, long> Entered,
    IReadOnlyDictionary<string, long> Left);

/// <summary>A line's crossings.</summary>
/// <param name="Name">The line.</param>
/// <param name="Directions">By direction, then by class.</param>
internal sealed record LineFigures(
    string Name, IReadOnlyList<(string Name, IReadOnlyDictionary<string, long> Crossed)> Directions);
