using System.Text;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Pipeline.Metrics;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Tests;

/// <summary>The series of zones and lines, which are made of events.</summary>
public sealed class ZoneMetricsTests
{
    private readonly PipelineMetrics _metrics = new();

    [Fact]
    public async Task Emitted_Events_BecomeSeriesThatGoWithTheSource()
    {
        var source = new SourceMetrics(_metrics, new SourceJob("cam", (_, _) => throw new NotSupportedException(), _ => []));
        Tell(
            source,
            Zone(ObjectEventKind.ZoneEntered, "person"),
            Zone(ObjectEventKind.ZoneEntered, "car"),
            Occupancy(new() { ["person"] = 1, ["car"] = 1 }));
        Tell(
            source,
            Zone(ObjectEventKind.ZoneLeft, "car") with { Dwell = TimeSpan.FromSeconds(7) },
            Occupancy(new() { ["person"] = 1 }),
            Event(ObjectEventKind.LineCrossed, "car") with { Line = "gate", Direction = "in" });
        Assert.Equal(
            [
                """streaming_line_crossings_total{source="cam",line="gate",direction="in",category="car"} 1""",
                """streaming_zone_dwell_seconds_bucket{source="cam",zone="yard",category="car",le="10"} 1""",
                """streaming_zone_dwell_seconds_bucket{source="cam",zone="yard",category="car",le="5"} 0""",
                """streaming_zone_dwell_seconds_count{source="cam",zone="yard",category="car"} 1""",
                """streaming_zone_dwell_seconds_sum{source="cam",zone="yard",category="car"} 7""",
                """streaming_zone_entered_total{source="cam",zone="yard",category="car"} 1""",
                """streaming_zone_entered_total{source="cam",zone="yard",category="person"} 1""",
                """streaming_zone_left_total{source="cam",zone="yard",category="car"} 1""",
                """streaming_zone_occupancy{source="cam",zone="yard",category="car"} 0""",
                """streaming_zone_occupancy{source="cam",zone="yard",category="person"} 1""",
            ],
            (await ExportAsync()).Where(line => line.StartsWith("streaming_zone_dwell_seconds_bucket", StringComparison.Ordinal)
                ? line.Contains("\"5\"", StringComparison.Ordinal) || line.Contains("\"10\"", StringComparison.Ordinal)
                : line.StartsWith("streaming_zone", StringComparison.Ordinal)
                    || line.StartsWith("streaming_line", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        source.Remove();
        Assert.DoesNotContain(await ExportAsync(), line => line.Contains("\"cam\"", StringComparison.Ordinal));
    }

    private static ObjectEvent Event(ObjectEventKind kind, string name)
    {
        return new ObjectEvent("id", kind, 0, TimeSpan.Zero, DateTimeOffset.UnixEpoch)
        {
            Subject = new EventSubject(new Category(1, name), 1, default),
        };
    }

    private static ObjectEvent Zone(ObjectEventKind kind, string name)
    {
        return Event(kind, name) with { Zone = "yard" };
    }

    private static ObjectEvent Occupancy(Dictionary<string, int> counts)
    {
        return Zone(ObjectEventKind.OccupancyChanged, "") with { Subject = null, Count = counts.Values.Sum(), Counts = counts };
    }

    private static void Tell(SourceMetrics source, params ObjectEvent[] events)
    {
        var identity = new FrameIdentity("cam", 0, 0, TimeSpan.Zero, PtsOrigin.Container, DateTimeOffset.UnixEpoch);
        source.Emitted(
            TimeSpan.Zero, TimeSpan.Zero, new FrameResult(identity, new ImageSize(1, 1), []) { Events = events });
    }

    private async Task<string[]> ExportAsync()
    {
        using var stream = new MemoryStream();
        await _metrics.Registry.CollectAndExportAsTextAsync(stream);
        return Encoding.UTF8.GetString(stream.ToArray()).Split('\n');
    }
}
