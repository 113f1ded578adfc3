using Streaming.Model.Structures;

namespace Streaming.Training.Data;

/// <summary>Cuts a polygon at the border of an image (Sutherland and Hodgman 1974).</summary>
internal static class PolygonClipping
{
    /// <summary>The part inside, x, y, x, y…; empty when there is none.</summary>
    public static double[] Clip(double[] polygon, ImageSize size)
    {
        var points = Enumerable.Range(0, polygon.Length / 2).Select(i => (X: polygon[2 * i], Y: polygon[(2 * i) + 1])).ToList();
        points = Cut(points, point => point.X);
        points = Cut(points, point => size.Width - point.X);
        points = Cut(points, point => point.Y);
        points = Cut(points, point => size.Height - point.Y);
        return [.. points.SelectMany(point => new[] { point.X, point.Y })];
    }

    /// <summary>Keeps the side on which <paramref name="distance"/> from the line is not negative.</summary>
    private static List<(double X, double Y)> Cut(List<(double X, double Y)> points, Func<(double X, double Y), double> distance)
    {
        var kept = new List<(double X, double Y)>();
        for (var i = 0; i < points.Count; i++)
        {
            var (from, to) = (points[i], points[(i + 1) % points.Count]);
            var (a, b) = (distance(from), distance(to));
            if (a >= 0)
            {
                kept.Add(from);
            }

            if (a >= 0 != b >= 0)
            {
                var share = a / (a - b);
                kept.Add((from.X + (share * (to.X - from.X)), from.Y + (share * (to.Y - from.Y))));
            }
        }

        return kept;
    }
}
