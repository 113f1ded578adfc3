using Streaming.Model.Structures;

namespace Streaming.Model.Masks;

/// <summary>
/// Polygons as masks, pixel for pixel as COCO's tools draw them (rleFrPoly in cocoapi's maskApi.c): the outline is walked in
/// steps of a fifth of a pixel, and where it crosses a column of pixel centres, the run changes.
/// </summary>
internal static class Polygons
{
    private const double Scale = 5;

    /// <summary>The mask that several polygons make together, for example the visible parts of one object.</summary>
    /// <param name="polygons">At least one; each x0, y0, x1, y1, … in pixels, three corners or more.</param>
    /// <param name="size">The image's size.</param>
    public static Rle ToMask(IReadOnlyList<double[]> polygons, ImageSize size)
    {
        return Rle.Union([.. polygons.Select(polygon => ToMask(polygon, size))]);
    }

    /// <summary>The mask of one polygon.</summary>
    /// <param name="polygon">x0, y0, x1, y1, … in pixels.</param>
    /// <param name="size">The image's size.</param>
    public static Rle ToMask(ReadOnlySpan<double> polygon, ImageSize size)
    {
        var changes = Crossings(Outline(polygon), size);
        changes.Add((uint)(size.Height * size.Width));
        changes.Sort();

        // Differences are run lengths; two changes at one place cancel each other.
        var counts = new List<uint>();
        var (previous, joinsNext) = (0u, false);
        foreach (var change in changes)
        {
            var run = change - previous;
            previous = change;
            if (joinsNext)
            {
                counts[^1] += run;
                joinsNext = false;
            }
            else if (run == 0 && counts.Count > 0)
            {
                joinsNext = true;
            }
            else
            {
                counts.Add(run);
            }
        }

        return new Rle(size, counts);
    }

    /// <summary>Points densely along the whole boundary, in fifths of a pixel.</summary>
    private static List<(int X, int Y)> Outline(ReadOnlySpan<double> polygon)
    {
        var points = new List<(int X, int Y)>();
        var corners = polygon.Length / 2;
        for (var i = 0; i < corners; i++)
        {
            var next = (i + 1) % corners;
            Line(points, Corner(polygon, i), Corner(polygon, next));
        }

        return points;
    }

    private static (int X, int Y) Corner(ReadOnlySpan<double> polygon, int index)
    {
        return ((int)((Scale * polygon[index * 2]) + 0.5), (int)((Scale * polygon[(index * 2) + 1]) + 0.5));
    }

    /// <summary>
    /// Steps along the longer axis; always computed from its lower end, so that a shared edge gets the same points.
    /// </summary>
    private static void Line(List<(int X, int Y)> points, (int X, int Y) from, (int X, int Y) to)
    {
        var (dx, dy) = (Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y));
        var isFlat = dx >= dy;
        var isReversed = isFlat ? from.X > to.X : from.Y > to.Y;
        var (start, end) = isReversed ? (to, from) : (from, to);
        var steps = Math.Max(dx, dy);
        var slope = isFlat ? (double)(end.Y - start.Y) / dx : (double)(end.X - start.X) / dy;
        for (var i = 0; i <= steps; i++)
        {
            var t = isReversed ? steps - i : i;
            points.Add(isFlat ? (start.X + t, Round(start.Y + (slope * t))) : (Round(start.X + (slope * t)), start.Y + t));
        }
    }

    /// <summary>
    /// A corner that stands there twice has no slope; C's conversion then gives the smallest number, which ends up at the border.
    /// </summary>
    private static int Round(double value)
    {
        return double.IsNaN(value) ? int.MinValue : (int)(value + 0.5);
    }

    /// <summary>Where the outline passes from one column of pixels to the next, as positions in column order.</summary>
    private static List<uint> Crossings(List<(int X, int Y)> points, ImageSize size)
    {
        var crossings = new List<uint>();
        for (var i = 1; i < points.Count; i++)
        {
            if (points[i].X == points[i - 1].X)
            {
                continue;
            }

            var x = ((points[i].X < points[i - 1].X ? points[i].X : points[i].X - 1) + 0.5) / Scale - 0.5;
            if (Math.Floor(x) != x || x < 0 || x > size.Width - 1)
            {
                continue;
            }

            var y = Math.Ceiling(Math.Clamp(((Math.Min(points[i].Y, points[i - 1].Y) + 0.5) / Scale) - 0.5, 0, size.Height));
            crossings.Add((uint)(((int)x * size.Height) + (int)y));
        }

        return crossings;
    }
}
