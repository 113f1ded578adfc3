using Streaming.Config.Run.Zones;
using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Zones;

/// <summary>Counts the objects in one zone.</summary>
/// <param name="config">The zone.</param>
/// <param name="start">The picture as it is when the source is opened.</param>
/// <param name="lostAfter">An object that is not seen for longer is gone.</param>
internal sealed class ZoneWatch(ZoneConfig config, ImageSize start, TimeSpan lostAfter)
{
    private readonly Area _area = new(Plane.Points(config.Shape, start));
    private readonly Schedule _schedule = new(config.Schedule);
    private readonly Dictionary<long, Presence> _presences = [];
    private readonly ClassCounts _counts = new();
    private bool _isOpen = true;
    private bool _hasChanged;

    /// <summary>How many objects it remembers.</summary>
    public int Remembered => _presences.Count;

    /// <summary>A frame begins: outside of its hours nothing is in the zone.</summary>
    public void Begin(Moment now, EventWriter events)
    {
        _isOpen = _schedule.IsOpen(now.At);
        if (!_isOpen)
        {
            EndAll(_ => true, _ => now, Causes.Schedule, events);
        }
    }

    /// <summary>Sees an object.</summary>
    public void See(Sighting sighting, EventWriter events)
    {
        if (!_isOpen || !sighting.Passes(config.Filter))
        {
            return;
        }

        var isInside = IsInside(sighting);
        if (!_presences.TryGetValue(sighting.Id, out var presence))
        {
            if (!isInside)
            {
                return;
            }

            _presences[sighting.Id] = presence = new Presence(config);
        }

        if (presence.See(sighting, isInside) is { } left)
        {
            Tell(presence, left, null, events);
        }

        if (presence.IsOver)
        {
            _presences.Remove(sighting.Id);
        }
        else if (isInside && presence.IsInside)
        {
            Count(presence, events);
        }
    }

    /// <summary>Objects that were not seen for too long are gone.</summary>
    public void ForgetLost(Moment now, EventWriter events)
    {
        EndAll(presence => now.Since(presence.Last.When) > lostAfter, presence => presence.End, Causes.Lost, events);
    }

    /// <summary>An object is gone.</summary>
    public void Forget(long id, string cause, EventWriter events)
    {
        if (_presences.Remove(id, out var presence))
        {
            Tell(presence, presence.End, cause, events);
        }
    }

    /// <summary>Tells how many objects are inside, if that has changed.</summary>
    public void TellOccupancy(Moment now, EventWriter events)
    {
        if (_hasChanged)
        {
            _hasChanged = false;
            events.Add(events.New(ObjectEventKind.OccupancyChanged, now) with
            {
                Zone = config.Name,
                Count = _counts.Total,
                Counts = _counts.Snapshot(),
            });
        }
    }

    private bool IsInside(Sighting sighting)
    {
        return config.MaskShare is not { } share ? _area.Contains(sighting.At(config.Anchor))
            : sighting.Mask is { } mask ? _area.ShareOf(mask) >= share
            : _area.ShareOf(sighting.Subject.Box, sighting.Size) >= share;
    }

    private void Count(Presence presence, EventWriter events)
    {
        var dwell = presence.Last.When.Since(presence.Entered);
        if (presence.Counted is null && dwell >= config.MinDwell)
        {
            presence.Counted = presence.Last.Subject.Category;
            Change(presence, 1);
            events.Add(Describe(presence, ObjectEventKind.ZoneEntered, presence.Entered, events));
        }

        if (presence is { Counted: not null, IsLoitering: false } && dwell >= config.Loitering)
        {
            presence.IsLoitering = true;
            events.Add(Describe(presence, ObjectEventKind.Loitering, presence.Last.When, events) with { Dwell = dwell });
        }
    }

    private void EndAll(Func<Presence, bool> isOver, Func<Presence, Moment> end, string cause, EventWriter events)
    {
        foreach (var (id, presence) in _presences.Where(item => isOver(item.Value)).OrderBy(item => item.Key).ToArray())
        {
            _presences.Remove(id);
            Tell(presence, end(presence), cause, events);
        }
    }

    /// <summary>Tells that an object has left, if it was counted.</summary>
    private void Tell(Presence presence, Moment end, string? cause, EventWriter events)
    {
        if (presence.Counted is null)
        {
            return;
        }

        Change(presence, -1);
        events.Add(Describe(presence, ObjectEventKind.ZoneLeft, end, events) with
        {
            Cause = cause,
            Dwell = end.Since(presence.Entered),
        });
    }

    private void Change(Presence presence, int change)
    {
        _counts.Add(presence.Counted!, change);
        _hasChanged = true;
    }

    private ObjectEvent Describe(Presence presence, ObjectEventKind kind, Moment when, EventWriter events)
    {
        return events.New(kind, when) with
        {
            Zone = config.Name,
            TrackId = presence.Last.Id,
            Subject = presence.Last.Subject with { Category = presence.Counted! },
        };
    }
}
