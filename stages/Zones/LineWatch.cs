using Streaming.Config.Run.Zones;
using Streaming.Config.Settings;
using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Zones;

/// <summary>
/// Counts the crossings of one line. An object is on a side of it only beyond a distance, so that one that trembles on the line
/// does not cross it again and again; it has crossed when it is on the other side and the straight way there from where it last
/// was on a side meets the line between its ends.
/// </summary>
/// <param name="config">The line.</param>
/// <param name="start">The picture as it is when the source is opened; distances are measured in its pixels.</param>
internal sealed class LineWatch(LineConfig config, ImageSize start)
{
    private readonly PlanePoint[] _ends = [.. Plane.Points(config.Shape, start).Select(point => InPixels(point, start))];
    private readonly double _distance = config.Hysteresis * Math.Min(start.Width, start.Height);
    private readonly Schedule _schedule = new(config.Schedule);
    private readonly Dictionary<long, PlanePoint> _positions = [];
    private readonly ClassCounts _forward = new();
    private readonly ClassCounts _backward = new();
    private bool _isOpen = true;

    /// <summary>How many objects it remembers.</summary>
    public int Remembered => _positions.Count;

    /// <summary>A frame begins.</summary>
    public void Begin(Moment now)
    {
        _isOpen = _schedule.IsOpen(now.At);
    }

    /// <summary>Sees an object.</summary>
    public void See(Sighting sighting, EventWriter events)
    {
        var position = InPixels(sighting.At(config.Anchor), start);
        var side = SideOf(position);
        if (!sighting.Passes(config.Filter) || Math.Abs(side) < _distance || side == 0)
        {
            return;
        }

        if (_isOpen && _positions.TryGetValue(sighting.Id, out var before)
            && SideOf(before) is var sideBefore && side > 0 != sideBefore > 0 && Meets(before, sideBefore, position, side))
        {
            Tell(sighting, isForward: side > 0, events);
        }

        _positions[sighting.Id] = position;
    }

    /// <summary>An object is gone.</summary>
    public void Forget(long id)
    {
        _positions.Remove(id);
    }

    private static PlanePoint InPixels(PlanePoint point, ImageSize size)
    {
        return new PlanePoint(point.X * size.Width, point.Y * size.Height);
    }

    /// <summary>The distance from the endless line, positive on its right.</summary>
    private double SideOf(PlanePoint point)
    {
        var (a, b) = (_ends[0], _ends[1]);
        return PlaneShapes.Turn(a, b, point) / Math.Sqrt(Squared(b.X - a.X, b.Y - a.Y));
    }

    /// <summary>Whether a way from one side to the other meets the line between its ends; of two lines that share an end, one
    /// alone has that point.</summary>
    private bool Meets(PlanePoint from, double sideFrom, PlanePoint to, double sideTo)
    {
        var (a, b) = (_ends[0], _ends[1]);
        var part = sideFrom / (sideFrom - sideTo);
        var (x, y) = (from.X + (part * (to.X - from.X)), from.Y + (part * (to.Y - from.Y)));
        var along = (((x - a.X) * (b.X - a.X)) + ((y - a.Y) * (b.Y - a.Y))) / Squared(b.X - a.X, b.Y - a.Y);
        return along is >= 0 and < 1;
    }

    private void Tell(Sighting sighting, bool isForward, EventWriter events)
    {
        var counts = isForward ? _forward : _backward;
        counts.Add(sighting.Subject.Category, 1);
        events.Add(events.New(ObjectEventKind.LineCrossed, sighting.When) with
        {
            Line = config.Name,
            Direction = isForward ? config.Forward : config.Backward,
            Count = counts.Total,
            Counts = counts.Snapshot(),
            TrackId = sighting.Id,
            Subject = sighting.Subject,
        });
    }

    private static double Squared(double x, double y)
    {
        return (x * x) + (y * y);
    }
}
