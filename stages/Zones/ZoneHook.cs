using Streaming.Config.Run;
using Streaming.Stages.Frames;
using Streaming.Stages.Hooks;

namespace Streaming.Stages.Zones;

/// <summary>
/// Tells what happens to tracked objects: that they come and go, are in zones and cross lines. A frame tells all that happened
/// up to it: objects of an epoch that is over leave with the first frame of the next one.
/// </summary>
/// <remarks>
/// The state is a function of the results alone, in the numbers that a record holds: a run that goes on from a record tells what
/// an uninterrupted one tells. A failed frame says nothing, not even that time has passed.
/// </remarks>
internal sealed class ZoneHook : IResultHook
{
    private readonly SourceFilter _filter;
    private readonly ZoneWatch[] _zones;
    private readonly LineWatch[] _lines;
    private readonly ObjectWatch _objects;
    private Moment? _last;

    /// <param name="source">The source, once it is open.</param>
    /// <param name="wanted">What the user wants of it.</param>
    /// <param name="lostAfter">
    /// How long a track may be lost and still be found again, by PTS; null when unknown: one second.
    /// </param>
    /// <exception cref="Config.ConfigurationException">Something lies outside of the picture.</exception>
    public ZoneHook(SourceInfo source, SourceConfig wanted, TimeSpan? lostAfter = null)
    {
        PictureCheck.Check(source, wanted);
        var memory = lostAfter ?? TimeSpan.FromSeconds(1);
        _filter = new SourceFilter(wanted, source.Size);
        _zones = [.. wanted.Zones.Select(zone => new ZoneWatch(zone, source.Size, memory))];
        _lines = [.. wanted.Lines.Select(line => new LineWatch(line, source.Size))];
        _objects = new ObjectWatch(memory, Forget);
    }

    /// <summary>How many objects are remembered, here and there.</summary>
    internal int Remembered =>
        _objects.Remembered + _zones.Sum(zone => zone.Remembered) + _lines.Sum(line => line.Remembered);

    /// <inheritdoc/>
    public FrameResult Apply(Frame frame, FrameResult result)
    {
        var events = See(result);
        return events.Count == 0 ? result : result with { Events = [.. result.Events, .. events] };
    }

    /// <inheritdoc/>
    public void Recall(FrameResult recorded)
    {
        See(recorded);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private IReadOnlyList<ObjectEvent> See(FrameResult result)
    {
        if (result.Outcome.Status != FrameStatus.Ok)
        {
            return [];
        }

        var (now, events) = (Moment.Of(result.Identity), new EventWriter(result.Identity, result.Events.Count));
        if (_last is { } last && last.Epoch != now.Epoch)
        {
            _objects.ForgetAll(Causes.SourceLost, events);
            TellOccupancy(last, events);
        }

        Array.ForEach(_zones, zone => zone.Begin(now, events));
        Array.ForEach(_lines, line => line.Begin(now));
        foreach (var sighting in Sightings(result, now))
        {
            _objects.See(sighting, events);
            Array.ForEach(_lines, line => line.See(sighting, events));
            Array.ForEach(_zones, zone => zone.See(sighting, events));
        }

        Array.ForEach(_zones, zone => zone.ForgetLost(now, events));
        _objects.ForgetLost(now, events);
        TellOccupancy(now, events);
        _last = now;
        return events.Events;
    }

    /// <summary>
    /// The tracked objects of a frame. Where tracks are only expected to be, they may be expected where nothing is seen.
    /// </summary>
    private IEnumerable<Sighting> Sightings(FrameResult result, Moment now)
    {
        return result.Detections
            .Where(detection => detection.Track is { } track
                && (!track.IsPredicted || _filter.Keeps(detection, result.Size)))
            .DistinctBy(detection => detection.Track!.Id)
            .Select(detection => Sighting.Of(detection, now, result.Size));
    }

    private void TellOccupancy(Moment now, EventWriter events)
    {
        Array.ForEach(_zones, zone => zone.TellOccupancy(now, events));
    }

    private void Forget(long id, string cause, EventWriter events)
    {
        Array.ForEach(_zones, zone => zone.Forget(id, cause, events));
        Array.ForEach(_lines, line => line.Forget(id));
    }
}
