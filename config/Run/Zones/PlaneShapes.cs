using Streaming.Config.Settings;

namespace Streaming.Config.Run.Zones;

/// <summary>What can be said about corners alone.</summary>
internal static class PlaneShapes
{
    /// <summary>The area of a polygon whose edges do not cross, by the shoelace formula.</summary>
    /// <param name="corners">In order.</param>
    public static double Area(IReadOnlyList<PlanePoint> corners)
    {
        var twice = 0.0;
        for (var i = 0; i < corners.Count; i++)
        {
            var (a, b) = (corners[i], corners[(i + 1) % corners.Count]);
            twice += (a.X * b.Y) - (b.X * a.Y);
        }

        return Math.Abs(twice) / 2;
    }

    /// <summary>Whether edges of a polygon meet at their common corners alone.</summary>
    /// <param name="corners">In order.</param>
    public static bool IsSimple(IReadOnlyList<PlanePoint> corners)
    {
        var count = corners.Count;
        for (var i = 0; i < count; i++)
        {
            for (var j = i + 2; j < count; j++)
            {
                var areNeighbours = i == 0 && j == count - 1;
                if (!areNeighbours && Meet(corners[i], corners[i + 1], corners[j], corners[(j + 1) % count]))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Twice the signed area of a triangle: positive when <paramref name="c"/> lies to the right of the way from
    /// <paramref name="a"/> to <paramref name="b"/>, as a picture is shown.</summary>
    public static double Turn(PlanePoint a, PlanePoint b, PlanePoint c)
    {
        return ((b.X - a.X) * (c.Y - a.Y)) - ((b.Y - a.Y) * (c.X - a.X));
    }

    private static bool Meet(PlanePoint a, PlanePoint b, PlanePoint c, PlanePoint d)
    {
        var (c1, d1, a1, b1) = (Turn(a, b, c), Turn(a, b, d), Turn(c, d, a), Turn(c, d, b));
        return (c1 * d1 < 0 && a1 * b1 < 0)
            || (c1 == 0 && IsWithin(a, b, c)) || (d1 == 0 && IsWithin(a, b, d))
            || (a1 == 0 && IsWithin(c, d, a)) || (b1 == 0 && IsWithin(c, d, b));
    }

    /// <summary>Whether a point of the line through two ends lies between them.</summary>
    private static bool IsWithin(PlanePoint a, PlanePoint b, PlanePoint point)
    {
        return point.X >= Math.Min(a.X, b.X) && point.X <= Math.Max(a.X, b.X)
            && point.Y >= Math.Min(a.Y, b.Y) && point.Y <= Math.Max(a.Y, b.Y);
    }
}
