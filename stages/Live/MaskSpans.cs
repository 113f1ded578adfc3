using System.Text.Json;
using Streaming.Model.Structures;

namespace Streaming.Stages.Live;

/// <summary>
/// A mask in the pixels of a smaller picture, as vertical spans: a browser fills them as rectangles, without decoding anything.
/// </summary>
internal static class MaskSpans
{
    /// <summary>Writes x, y, height, x, y, height and so on.</summary>
    /// <param name="json">Inside an array.</param>
    /// <param name="mask">In the frame's pixels.</param>
    /// <param name="picture">The size of the picture.</param>
    public static void Write(Utf8JsonWriter json, Rle mask, ImageSize picture)
    {
        var (height, width) = (mask.Size.Height, mask.Size.Width);
        var (at, next) = (0L, 0);
        for (var i = 0; i < mask.Counts.Count; i++)
        {
            var end = at + mask.Counts[i];
            while (i % 2 == 1 && at < end)
            {
                // A run may go on in the next column.
                var (column, stop) = ((int)(at / height), Math.Min(end, ((at / height) + 1) * height));
                // Columns come in order; each of the picture's shows the frame's column at its middle.
                while (next < picture.Width && Middle(next, width, picture.Width) < column)
                {
                    next++;
                }

                for (var x = next; x < picture.Width && Middle(x, width, picture.Width) == column; x++)
                {
                    Write(json, x, (int)(at % height), (int)(((stop - 1) % height) + 1), (double)picture.Height / height);
                }

                at = stop;
            }

            at = end;
        }
    }

    private static int Middle(int x, int frame, int picture)
    {
        return (int)((((2L * x) + 1) * frame) / (2L * picture));
    }

    private static void Write(Utf8JsonWriter json, int x, int top, int bottom, double scale)
    {
        var (first, end) = ((int)Math.Round(top * scale), (int)Math.Round(bottom * scale));
        if (end > first)
        {
            json.WriteNumberValue(x);
            json.WriteNumberValue(first);
            json.WriteNumberValue(end - first);
        }
    }
}
