using Prometheus;
using Streaming.Config.Run.Zones;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Metrics;

/// <summary>
/// The series of one source's zones and lines, made of what frames tell. Zones and lines come from the configuration, classes
/// from the model, so their number is bounded.
/// </summary>
/// <param name="metrics">The families.</param>
/// <param name="id">The source.</param>
/// <param name="zones">Its zones.</param>
/// <param name="lines">Its lines.</param>
internal sealed class ZoneMetrics(
    PipelineMetrics metrics, string id, IReadOnlyList<ZoneConfig> zones, IReadOnlyList<LineConfig> lines)
{
    private readonly Dictionary<(string Zone, string Category), Gauge.Child> _occupancy = [];
    private readonly Dictionary<(string Zone, string Category), Counter.Child> _entered = [];
    private readonly Dictionary<(string Zone, string Category), Counter.Child> _left = [];
    private readonly Dictionary<(string Zone, string Category), Histogram.Child> _dwell = [];
    private readonly Dictionary<(string Line, string Direction, string Category), Counter.Child> _crossings = [];
    private readonly Lock _gate = new();

    /// <summary>Takes what a frame tells.</summary>
    public void Told(IReadOnlyList<ObjectEvent> events)
    {
        if (events.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            foreach (var item in events)
            {
                Told(item);
            }
        }
    }

    /// <summary>The counts of all zones and lines, in the order in which they were named.</summary>
    public (IReadOnlyList<ZoneFigures> Zones, IReadOnlyList<LineFigures> Lines) Figures()
    {
        lock (_gate)
        {
            return (
                [
                    .. zones.Select(zone => new ZoneFigures(
                        zone.Name,
                        OfZone(_occupancy, zone, child => child.Value),
                        OfZone(_entered, zone, child => child.Value),
                        OfZone(_left, zone, child => child.Value))),
                ],
                [
                    .. lines.Select(line => new LineFigures(
                        line.Name,
                        [.. new[] { line.Forward, line.Backward }.Select(way => (way, Crossed(line, way)))])),
                ]);
        }
    }

    /// <summary>The source was removed: its series go with it.</summary>
    public void Remove()
    {
        lock (_gate)
        {
            foreach (var child in _occupancy.Values)
            {
                child.Remove();
            }

            foreach (var child in _entered.Values.Concat(_left.Values).Concat(_crossings.Values))
            {
                child.Remove();
            }

            foreach (var child in _dwell.Values)
            {
                child.Remove();
            }
        }
    }

    private void Told(ObjectEvent item)
    {
        switch (item)
        {
            case { Kind: ObjectEventKind.OccupancyChanged, Zone: { } zone, Counts: { } counts }:
                Occupied(zone, counts);
                break;
            case { Kind: ObjectEventKind.ZoneEntered, Zone: { } zone, Subject: { } subject }:
                Child(_entered, metrics.ZoneEntered, (zone, subject.Category.Name), id, zone, subject.Category.Name).Inc();
                break;
            case { Kind: ObjectEventKind.ZoneLeft, Zone: { } zone, Subject: { } subject }:
                var name = subject.Category.Name;
                Child(_left, metrics.ZoneLeft, (zone, name), id, zone, name).Inc();
                Child(_dwell, metrics.ZoneDwell, (zone, name), id, zone, name).Observe(item.Dwell?.TotalSeconds ?? 0);
                break;
            case { Kind: ObjectEventKind.LineCrossed, Line: { } line, Direction: { } direction, Subject: { } subject }:
                var key = (line, direction, subject.Category.Name);
                Child(_crossings, metrics.LineCrossings, key, id, line, direction, subject.Category.Name).Inc();
                break;
        }
    }

    /// <summary>Classes that are not named have no object in the zone.</summary>
    private void Occupied(string zone, IReadOnlyDictionary<string, int> counts)
    {
        foreach (var (name, count) in counts)
        {
            Child(_occupancy, metrics.ZoneOccupancy, (zone, name), id, zone, name).Set(count);
        }

        foreach (var (key, child) in _occupancy.Where(item => item.Key.Zone == zone && !counts.ContainsKey(item.Key.Category)))
        {
            child.Set(0);
        }
    }

    private static Dictionary<string, long> OfZone<TChild>(
        Dictionary<(string Zone, string Category), TChild> children, ZoneConfig zone, Func<TChild, double> value)
    {
        return children.Where(item => item.Key.Zone == zone.Name)
            .ToDictionary(item => item.Key.Category, item => (long)value(item.Value), StringComparer.Ordinal);
    }

    private Dictionary<string, long> Crossed(LineConfig line, string direction)
    {
        return _crossings.Where(item => (item.Key.Line, item.Key.Direction) == (line.Name, direction))
            .ToDictionary(item => item.Key.Category, item => (long)item.Value.Value, StringComparer.Ordinal);
    }

    private static TChild Child<TKey, TChild>(
        Dictionary<TKey, TChild> children, Collector<TChild> family, TKey key, params string[] labels)
        where TKey : notnull
        where TChild : ChildBase
    {
        return children.TryGetValue(key, out var child) ? child : children[key] = family.WithLabels(labels);
    }
}
