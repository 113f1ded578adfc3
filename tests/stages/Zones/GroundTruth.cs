using Streaming.Config.Settings;

namespace Streaming.Stages.Tests.Zones;

/// <summary>
/// What truly happens on a path, computed from its geometry alone, and why what was seen of it leaves more than one answer: then
/// nobody can say what the right count is.
/// </summary>
internal sealed class GroundTruth(RandomScene scene, RandomPath path)
{
    /// <summary>Closer to a border than this, in pixels, the digits of a record decide.</summary>
    private const double Digits = 0.01;

    private readonly int[] _seen = scene.Sightings(path);

    /// <summary>Crossings of the line: whether each goes from its left to its right.</summary>
    /// <returns>The reason why that is ambiguous; null when it is not.</returns>
    public string? Crossings(out bool[] crossings)
    {
        crossings = [];
        if (TooShort() is { } reason)
        {
            return reason;
        }

        var (a, b) = (scene.Line[0], scene.Line[1]);
        var length = Distance(a, b);
        double Side(PlanePoint p)
        {
            return (((b.X - a.X) * (p.Y - a.Y)) - ((b.Y - a.Y) * (p.X - a.X))) / length;
        }

        double[] times = [.. Times(a, b, isEndless: true)];
        double[] limits = [_seen[0], .. times, _seen[^1]];
        var found = new List<bool>();
        for (var i = 0; i < times.Length; i++)
        {
            // The object must be seen clearly on its side before and after each crossing of the endless line.
            int[] before = [.. Between(limits[i], times[i]).Where(frame => IsClear(Side(path.Position(frame))))];
            int[] after = [.. Between(times[i], limits[i + 2]).Where(frame => IsClear(Side(path.Position(frame))))];
            if (before.Length == 0 || after.Length == 0)
            {
                return "grazes the line within its hysteresis";
            }

            var point = path.Position(times[i]);
            var along = (((point.X - a.X) * (b.X - a.X)) + ((point.Y - a.Y) * (b.Y - a.Y))) / length;
            // The way between the two sightings is not known: it lies in the hull of what was passed.
            var reach = Reach(point, before[^1], after[0]);
            if (Math.Min(Math.Abs(along), Math.Abs(along - length)) <= reach)
            {
                return "passes an end of the line closer than the way between two sightings";
            }

            if (along > 0 && along < length)
            {
                found.Add(Side(path.Position(after[0])) > 0);
            }
        }

        crossings = [.. found];
        return null;
    }

    /// <summary>Visits of the zone: when each begins and ends, in frames, and by how much a sighting may be late.</summary>
    /// <returns>The reason why that is ambiguous; null when it is not.</returns>
    public string? Visits(out (double Start, double End, double Tolerance)[] visits)
    {
        visits = [];
        if (TooShort() is { } reason)
        {
            return reason;
        }

        var borders = scene.Zone.Select((corner, i) => (From: corner, To: scene.Zone[(i + 1) % scene.Zone.Length])).ToArray();
        if (_seen.Any(frame => borders.Any(border => DistanceTo(path.Position(frame), border.From, border.To) < Digits)))
        {
            return "is seen on the border";
        }

        double[] times =
        [
            .. borders.SelectMany(border => Times(border.From, border.To, isEndless: false)).Order(),
        ];
        double[] limits = [_seen[0], .. times, _seen[^1]];
        var found = new List<(double, double, double)>();
        for (var i = 0; i + 1 < limits.Length; i++)
        {
            var (start, end) = (limits[i], limits[i + 1]);
            var (isFirst, isLast) = (i == 0, i + 2 == limits.Length);
            var isInside = IsInside(path.Position((start + end) / 2));
            var frames = Between(start, end).Length;
            if (isInside && frames < RandomScene.Inertia)
            {
                return "is inside for less than the inertia";
            }

            if (!isInside && !isFirst && !isLast && frames < RandomScene.Inertia)
            {
                return "is outside for less than the inertia";
            }

            if (isInside)
            {
                found.Add((start, end, Math.Max(isFirst ? 0 : GapAt(start), isLast ? 0 : GapAt(end))));
            }
        }

        visits = [.. found];
        return null;
    }

    private string? TooShort()
    {
        return _seen.Length < 2 ? "is seen less than twice"
            : _seen.Zip(_seen.Skip(1)).Any(pair => (pair.Second - pair.First) * Watched.Frame > RandomScene.Memory)
            ? "is not seen for longer than the tracker's memory"
            : null;
    }

    /// <summary>When the path, as far as it is seen, meets a line.</summary>
    private IEnumerable<double> Times(PlanePoint a, PlanePoint b, bool isEndless)
    {
        foreach (var (from, to, start, end) in path.Pieces)
        {
            var (dx, dy, ex, ey) = (to.X - from.X, to.Y - from.Y, b.X - a.X, b.Y - a.Y);
            var determinant = (dx * ey) - (dy * ex);
            var part = (((a.X - from.X) * ey) - ((a.Y - from.Y) * ex)) / determinant;
            var along = (((a.X - from.X) * dy) - ((a.Y - from.Y) * dx)) / determinant;
            var time = start + (part * (end - start));
            if (part is >= 0 and < 1 && (isEndless || along is >= 0 and < 1) && time > _seen[0] && time < _seen[^1])
            {
                yield return time;
            }
        }
    }

    private int[] Between(double start, double end)
    {
        return [.. _seen.Where(frame => frame >= start && frame <= end)];
    }

    /// <summary>Frames from the last sighting before a moment to the first one after it.</summary>
    private double GapAt(double time)
    {
        return _seen.First(frame => frame >= time) - _seen.Last(frame => frame <= time);
    }

    /// <summary>The greatest distance from a point of the path between two sightings: that of a corner or an end.</summary>
    private double Reach(PlanePoint point, int first, int last)
    {
        double[] corners = [.. path.Pieces.Select(piece => piece.End).Where(time => time > first && time < last)];
        return corners.Append(first).Append(last).Max(time => Distance(point, path.Position(time))) + Digits;
    }

    private static bool IsClear(double side)
    {
        return Math.Abs(side) > RandomScene.Hysteresis + Digits;
    }

    /// <summary>By angles: another way than the program's.</summary>
    private bool IsInside(PlanePoint point)
    {
        var angle = 0.0;
        for (var i = 0; i < scene.Zone.Length; i++)
        {
            var (a, b) = (scene.Zone[i], scene.Zone[(i + 1) % scene.Zone.Length]);
            var (ax, ay, bx, by) = (a.X - point.X, a.Y - point.Y, b.X - point.X, b.Y - point.Y);
            angle += Math.Atan2((ax * by) - (ay * bx), (ax * bx) + (ay * by));
        }

        return Math.Abs(angle) > Math.PI;
    }

    private static double Distance(PlanePoint a, PlanePoint b)
    {
        return Math.Sqrt(((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y)));
    }

    private static double DistanceTo(PlanePoint point, PlanePoint a, PlanePoint b)
    {
        var length = Distance(a, b);
        var part = Math.Clamp(
            (((point.X - a.X) * (b.X - a.X)) + ((point.Y - a.Y) * (b.Y - a.Y))) / (length * length), 0, 1);
        return Distance(point, new PlanePoint(a.X + (part * (b.X - a.X)), a.Y + (part * (b.Y - a.Y))));
    }
}
