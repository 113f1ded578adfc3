using Streaming.Config.Settings;
using Streaming.Model.Structures;

namespace Streaming.Stages.Zones;

/// <summary>A polygon whose edges do not cross, in parts of the picture.</summary>
/// <param name="corners">In order.</param>
internal sealed class Area(IReadOnlyList<PlanePoint> corners)
{
    /// <summary>
    /// Whether a point is inside: whether a ray to the right crosses the edges an odd number of times. Of areas that share an
    /// edge, one alone has a point of that edge.
    /// </summary>
    public bool Contains(PlanePoint point)
    {
        var isInside = false;
        for (var i = 0; i < corners.Count; i++)
        {
            var (a, b) = (corners[i], corners[(i + 1) % corners.Count]);
            // An edge without its upper end: a corner counts once.
            if (a.Y > point.Y != b.Y > point.Y && point.X < a.X + ((point.Y - a.Y) * (b.X - a.X) / (b.Y - a.Y)))
            {
                isInside = !isInside;
            }
        }

        return isInside;
    }

    /// <summary>The share of a box that is inside, 0 to 1.</summary>
    /// <param name="box">In pixels.</param>
    /// <param name="size">The picture's size.</param>
    public double ShareOf(Box box, ImageSize size)
    {
        var (left, top) = ((double)box.X0 / size.Width, (double)box.Y0 / size.Height);
        var (right, bottom) = ((double)box.X1 / size.Width, (double)box.Y1 / size.Height);
        var whole = (right - left) * (bottom - top);
        return whole > 0 ? Math.Min(PolygonClip.ToRectangle(corners, left, top, right, bottom) / whole, 1) : 0;
    }

    /// <summary>The share of a mask whose pixels have their centre inside, 0 to 1.</summary>
    /// <param name="mask">Of the whole picture.</param>
    public double ShareOf(Rle mask)
    {
        var (height, total, inside, at) = (mask.Size.Height, 0L, 0L, 0L);
        var (column, edges) = (-1, Array.Empty<int>());
        for (var i = 0; i < mask.Counts.Count; i++)
        {
            var end = at + mask.Counts[i];
            while (i % 2 == 1 && at < end)
            {
                // A run goes down a column and on in the next one.
                var x = (int)(at / height);
                var (first, last) = ((int)(at % height), (int)Math.Min(end - ((long)x * height), height));
                edges = x == column ? edges : RowsOf(x, mask.Size);
                column = x;
                total += last - first;
                inside += Inside(edges, first, last);
                at += last - first;
            }

            at = end;
        }

        return total > 0 ? (double)inside / total : 0;
    }

    /// <summary>The rows at which a column of pixels goes in, out, in and so on.</summary>
    private int[] RowsOf(int column, ImageSize size)
    {
        var x = (column + 0.5) / size.Width;
        var rows = new List<int>();
        for (var i = 0; i < corners.Count; i++)
        {
            var (a, b) = (corners[i], corners[(i + 1) % corners.Count]);
            if (a.X > x != b.X > x)
            {
                var y = (a.Y + ((x - a.X) * (b.Y - a.Y) / (b.X - a.X))) * size.Height;
                rows.Add((int)Math.Clamp(Math.Ceiling(y - 0.5), 0, size.Height));
            }
        }

        rows.Sort();
        return [.. rows];
    }

    private static long Inside(int[] edges, int first, int last)
    {
        var inside = 0L;
        for (var i = 0; i + 1 < edges.Length; i += 2)
        {
            inside += Math.Max(Math.Min(edges[i + 1], last) - Math.Max(edges[i], first), 0);
        }

        return inside;
    }
}
