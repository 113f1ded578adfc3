using System.Text.Json.Serialization;

namespace Streaming.Server.History;

/// <summary>Points as columns, for charts.</summary>
/// <param name="T">Seconds since 1970.</param>
/// <param name="Rate">Results a second.</param>
/// <param name="AgeS">Seconds since the newest result.</param>
/// <param name="Objects">Objects in the newest result.</param>
/// <param name="LatencyMs">Mean milliseconds of a frame, by stage.</param>
/// <param name="Occupancy">Objects in each zone.</param>
/// <param name="Crossed">Crossings since the point before, by line and direction.</param>
internal sealed record HistoryReport(
    IReadOnlyList<double> T,
    IReadOnlyList<double?> Rate,
    IReadOnlyList<double?> AgeS,
    IReadOnlyList<int?> Objects,
    IReadOnlyDictionary<string, IReadOnlyList<double?>> LatencyMs,
    IReadOnlyDictionary<string, IReadOnlyList<long?>> Occupancy,
    IReadOnlyDictionary<string, IReadOnlyList<long?>> Crossed)
{
    /// <summary>The columns of points. Zones and lines may have come and gone meanwhile.</summary>
    public static HistoryReport Of(IReadOnlyList<HistoryPoint> points)
    {
        return new HistoryReport(
            [.. points.Select(point => point.At.ToUnixTimeMilliseconds() / 1000.0)],
            [.. points.Select(point => point.Rate)],
            [.. points.Select(point => point.Age)],
            [.. points.Select(point => point.Objects)],
            Columns(points, point => point.Latency),
            Columns(points, point => point.Occupancy),
            Columns(points, point => point.Crossed));
    }

    private static Dictionary<string, IReadOnlyList<T?>> Columns<T>(
        IReadOnlyList<HistoryPoint> points, Func<HistoryPoint, IReadOnlyDictionary<string, T?>> values)
        where T : struct
    {
        return points.SelectMany(point => values(point).Keys).Distinct().ToDictionary(
            name => name,
            IReadOnlyList<T?> (name) => [.. points.Select(point => values(point).GetValueOrDefault(name))]);
    }
}

/// <summary>What zones and lines have counted.</summary>
/// <param name="Zones">The zones.</param>
/// <param name="Lines">The lines.</param>
internal sealed record CountsReport(IReadOnlyList<ZoneReport> Zones, IReadOnlyList<LineReport> Lines);

/// <summary>A zone's counts by class.</summary>
/// <param name="Name">The zone.</param>
/// <param name="Occupancy">Objects in it.</param>
/// <param name="Entered">Objects that entered it.</param>
/// <param name="Left">Objects that left it.</param>
internal sealed record ZoneReport(
    string Name,
    IReadOnlyDictionary<string, long> Occupancy,
    IReadOnlyDictionary<string, long> Entered,
    IReadOnlyDictionary<string, long> Left);

/// <summary>A line's counts.</summary>
/// <param name="Name">The line.</param>
/// <param name="Directions">Both ways.</param>
internal sealed record LineReport(string Name, IReadOnlyList<DirectionReport> Directions);

/// <summary>A line's counts one way, by class.</summary>
/// <param name="Name">The direction.</param>
/// <param name="Crossed">Objects that crossed the line.</param>
internal sealed record DirectionReport(string Name, IReadOnlyDictionary<string, long> Crossed);

/// <summary>Serialises the reports without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(HistoryReport))]
[JsonSerializable(typeof(CountsReport))]
internal sealed partial class HistoryJson : JsonSerializerContext;
