using Streaming.Stages.Frames;

namespace Streaming.Stages.Zones;

/// <summary>Which objects are there: tells when one appears and when it has left.</summary>
/// <param name="lostAfter">An object that is not seen for longer is gone.</param>
/// <param name="left">Told of each object that is gone: its track, and why.</param>
internal sealed class ObjectWatch(TimeSpan lostAfter, Action<long, string, EventWriter> left)
{
    /// <summary>
    /// Most objects that are remembered, so that memory is bounded even when a stream's time stands still: when there are more,
    /// the quarter goes that was not seen for longest.
    /// </summary>
    public const int MostObjects = 4096;

    private readonly Dictionary<long, SeenObject> _objects = [];

    /// <summary>How many objects it remembers.</summary>
    public int Remembered => _objects.Count;

    /// <summary>Sees an object.</summary>
    public void See(Sighting sighting, EventWriter events)
    {
        // Masks of hours are a lot of memory.
        sighting = sighting with { Mask = null };
        if (_objects.TryGetValue(sighting.Id, out var known))
        {
            _objects[sighting.Id] = known with { Last = sighting };
            return;
        }

        var seen = _objects[sighting.Id] = new SeenObject(sighting.When, sighting.Subject.Category, sighting);
        events.Add(Describe(seen, ObjectEventKind.ObjectAppeared, sighting.When, events));
    }

    /// <summary>Objects that were not seen for too long are gone.</summary>
    public void ForgetLost(Moment now, EventWriter events)
    {
        Forget(item => now.Since(item.Last.When) > lostAfter, Causes.Lost, events);
        if (_objects.Count > MostObjects)
        {
            var oldest = _objects.Values.OrderBy(item => item.Last.When.At).ThenBy(item => item.Last.When.Pts)
                .ThenBy(item => item.Last.Id).Take(MostObjects / 4).ToHashSet();
            Forget(oldest.Contains, Causes.Lost, events);
        }
    }

    /// <summary>All objects are gone.</summary>
    public void ForgetAll(string cause, EventWriter events)
    {
        Forget(_ => true, cause, events);
    }

    private void Forget(Func<SeenObject, bool> isGone, string cause, EventWriter events)
    {
        foreach (var gone in _objects.Values.Where(isGone).OrderBy(item => item.Last.Id).ToArray())
        {
            _objects.Remove(gone.Last.Id);
            left(gone.Last.Id, cause, events);
            events.Add(Describe(gone, ObjectEventKind.ObjectLeft, gone.Last.When, events) with
            {
                Cause = cause,
                Dwell = gone.Last.When.Since(gone.First),
            });
        }
    }

    private static ObjectEvent Describe(SeenObject seen, ObjectEventKind kind, Moment when, EventWriter events)
    {
        return events.New(kind, when) with
        {
            TrackId = seen.Last.Id,
            Subject = seen.Last.Subject with { Category = seen.Category },
        };
    }
}
