using Streaming.Config.Run.Zones;
using Streaming.Config.Settings;

namespace Streaming.Stages.Zones;

/// <summary>
/// Sutherland and Hodgman's algorithm (1974): a polygon is cut at one side of a rectangle after the other. Parts of a concave
/// polygon may stay connected along a side; such a connection has no area.
/// </summary>
internal static class PolygonClip
{
    /// <summary>The area of the part of a polygon that lies in a rectangle.</summary>
    public static double ToRectangle(IReadOnlyList<PlanePoint> corners, double left, double top, double right, double bottom)
    {
        corners = Cut(corners, point => point.X - left);
        corners = Cut(corners, point => right - point.X);
        corners = Cut(corners, point => point.Y - top);
        corners = Cut(corners, point => bottom - point.Y);
        return PlaneShapes.Area(corners);
    }

    /// <summary>The part on one side.</summary>
    /// <param name="corners">In order.</param>
    /// <param name="distance">From the side, positive inside.</param>
    private static List<PlanePoint> Cut(IReadOnlyList<PlanePoint> corners, Func<PlanePoint, double> distance)
    {
        var kept = new List<PlanePoint>(corners.Count + 4);
        for (var i = 0; i < corners.Count; i++)
        {
            var (a, b) = (corners[i], corners[(i + 1) % corners.Count]);
            var (from, to) = (distance(a), distance(b));
            if (from >= 0)
            {
                kept.Add(a);
            }

            if (from >= 0 != to >= 0)
            {
                var part = from / (from - to);
                kept.Add(new PlanePoint(a.X + (part * (b.X - a.X)), a.Y + (part * (b.Y - a.Y))));
            }
        }

        return kept;
    }
}
