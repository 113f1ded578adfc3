using Streaming.Model.Structures;

namespace Streaming.Stages.Export;

/// <summary>
/// Outlines of masks along the edges of their pixels: filled again, they give the mask to the pixel. A corner (x, y) is the top
/// left one of the pixel in column x and row y. The mask is walked around with its pixels on the right, so that outer outlines
/// run clockwise on the screen and holes the other way; pixels that touch at a corner only are two parts.
/// </summary>
internal static class MaskOutline
{
    /// <summary>Right, down, left, up: turning right is the next one.</summary>
    private static readonly (int X, int Y)[] Steps = [(1, 0), (0, 1), (-1, 0), (0, -1)];

    /// <summary>The outlines of all parts and holes; each begins at its topmost edge from the left.</summary>
    /// <param name="mask">The mask.</param>
    public static IReadOnlyList<IReadOnlyList<(int X, int Y)>> Trace(Rle mask)
    {
        var pixels = new MaskPixels(mask);
        var isWalked = new bool[pixels.Width * pixels.Height];
        var outlines = new List<IReadOnlyList<(int X, int Y)>>();
        for (var y = 0; y < pixels.Height; y++)
        {
            for (var x = 0; x < pixels.Width; x++)
            {
                // Each outline has an upper edge of a pixel somewhere.
                if (pixels[x, y] && !pixels[x, y - 1] && !isWalked[(y * pixels.Width) + x])
                {
                    outlines.Add(Walk(pixels, isWalked, x, y));
                }
            }
        }

        return outlines;
    }

    /// <summary>
    /// All outlines as one, for formats that have one polygon for an object: a bridge of no width leads from a corner to the
    /// nearest one of the next outline and back.
    /// </summary>
    /// <param name="mask">The mask.</param>
    public static IReadOnlyList<(int X, int Y)> Joined(Rle mask)
    {
        var outlines = Trace(mask);
        var joined = outlines.Count == 0 ? [] : outlines[0].ToList();
        foreach (var next in outlines.Skip(1))
        {
            var (from, to) = Nearest(joined, next);
            joined.InsertRange(from + 1, [.. next.Skip(to), .. next.Take(to + 1), joined[from]]);
        }

        return joined;
    }

    private static List<(int X, int Y)> Walk(MaskPixels pixels, bool[] isWalked, int startX, int startY)
    {
        var corners = new List<(int X, int Y)>();
        var (x, y, direction) = (startX, startY, 0);
        do
        {
            if (direction == 0)
            {
                isWalked[(y * pixels.Width) + x] = true;
            }

            (x, y) = (x + Steps[direction].X, y + Steps[direction].Y);
            // The two pixels that lie ahead, right and left of the way.
            var (right, left) = direction switch
            {
                0 => (pixels[x, y], pixels[x, y - 1]),
                1 => (pixels[x - 1, y], pixels[x, y]),
                2 => (pixels[x - 1, y - 1], pixels[x - 1, y]),
                _ => (pixels[x, y - 1], pixels[x - 1, y - 1]),
            };
            var turn = !right ? 1 : left ? 3 : 0;
            if (turn != 0)
            {
                corners.Add((x + pixels.Left, y + pixels.Top));
                direction = (direction + turn) % Steps.Length;
            }
        }
        while ((x, y, direction) != (startX, startY, 0));

        return corners;
    }

    private static (int From, int To) Nearest(List<(int X, int Y)> from, IReadOnlyList<(int X, int Y)> to)
    {
        var (best, nearest) = (long.MaxValue, (0, 0));
        for (var i = 0; i < from.Count; i++)
        {
            for (var j = 0; j < to.Count; j++)
            {
                var (x, y) = ((long)from[i].X - to[j].X, (long)from[i].Y - to[j].Y);
                if ((x * x) + (y * y) < best)
                {
                    (best, nearest) = ((x * x) + (y * y), (i, j));
                }
            }
        }

        return nearest;
    }
}
