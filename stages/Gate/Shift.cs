using Streaming.Model.Structures;

namespace Streaming.Stages.Gate;

/// <summary>By how much a whole picture has moved, in cells: a camera on a pole trembles.</summary>
/// <param name="Right">Along rows.</param>
/// <param name="Down">Along columns.</param>
internal readonly record struct Shift(float Right, float Down)
{
    /// <summary>A larger one is no tremor.</summary>
    private const float Most = 1;

    /// <summary>
    /// The shift that explains most of the differences: least squares over the gradients (Lucas and Kanade 1981).
    /// </summary>
    /// <param name="expected">Rows of shades before the shift.</param>
    /// <param name="difference">What the picture has more in each cell.</param>
    /// <param name="size">Height and width.</param>
    public static Shift Estimate(ReadOnlySpan<float> expected, ReadOnlySpan<float> difference, ImageSize size)
    {
        var (xx, xy, yy, xd, yd) = (0f, 0f, 0f, 0f, 0f);
        for (var y = 1; y < size.Height - 1; y++)
        {
            for (var i = (y * size.Width) + 1; i < ((y + 1) * size.Width) - 1; i++)
            {
                var x = (expected[i + 1] - expected[i - 1]) / 2;
                var down = (expected[i + size.Width] - expected[i - size.Width]) / 2;
                xx += x * x;
                xy += x * down;
                yy += down * down;
                xd -= x * difference[i];
                yd -= down * difference[i];
            }
        }

        // One more in the diagonal: a picture without edges has not moved.
        var (a, c) = (xx + 1, yy + 1);
        var determinant = (a * c) - (xy * xy);
        return new Shift(
            Math.Clamp(((c * xd) - (xy * yd)) / determinant, -Most, Most),
            Math.Clamp(((a * yd) - (xy * xd)) / determinant, -Most, Most));
    }

    /// <summary>
    /// Leaves of each difference what the shift cannot explain. The most that it can is its share of the steps to a cell's
    /// neighbours, wherever in the cell an edge is.
    /// </summary>
    /// <param name="expected">Rows of shades before the shift.</param>
    /// <param name="difference">What the picture has more in each cell; becomes what is left, 0 or more.</param>
    /// <param name="size">Height and width.</param>
    public void Subtract(ReadOnlySpan<float> expected, Span<float> difference, ImageSize size)
    {
        var (right, down) = (Math.Abs(Right), Math.Abs(Down));
        for (var y = 0; y < size.Height; y++)
        {
            // Beyond the border the picture is taken to go on as it is there.
            var row = expected.Slice(y * size.Width, size.Width);
            var above = expected.Slice(Math.Max(y - 1, 0) * size.Width, size.Width);
            var below = expected.Slice(Math.Min(y + 1, size.Height - 1) * size.Width, size.Width);
            var left = row[0];
            var changes = difference.Slice(y * size.Width, size.Width);
            for (var x = 0; x < row.Length; x++)
            {
                var here = row[x];
                var next = x + 1 < row.Length ? row[x + 1] : here;
                var explained = (right * (Math.Abs(here - left) + Math.Abs(next - here)))
                    + (down * (Math.Abs(here - above[x]) + Math.Abs(below[x] - here)));
                changes[x] = Math.Max(Math.Abs(changes[x]) - explained, 0);
                left = here;
            }
        }
    }
}
