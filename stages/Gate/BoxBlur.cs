using Streaming.Model.Structures;

namespace Streaming.Stages.Gate;

/// <summary>Means over squares, by sums that slide along columns and rows. At the border the squares are cut off.</summary>
/// <param name="size">Height and width of the pictures.</param>
/// <param name="radius">Half a square's side, in cells.</param>
internal sealed class BoxBlur(ImageSize size, int radius)
{
    /// <summary>Each column's sum over the rows of the squares.</summary>
    private readonly double[] _columns = new double[size.Width];

    /// <summary>One by a square's width, for each column.</summary>
    private readonly double[] _inverseWidths =
    [
        .. Enumerable.Range(0, size.Width).Select(x => 1.0 / (Math.Min(x + radius + 1, size.Width) - Math.Max(x - radius, 0))),
    ];

    /// <summary>Blurs a picture.</summary>
    /// <param name="picture">Rows of cells.</param>
    /// <param name="blurred">Gets the means.</param>
    public void Apply(ReadOnlySpan<float> picture, Span<float> blurred)
    {
        Array.Clear(_columns);
        for (var y = 0; y < Math.Min(radius, size.Height); y++)
        {
            Add(picture.Slice(y * size.Width, size.Width), 1);
        }

        for (var y = 0; y < size.Height; y++)
        {
            if (y + radius < size.Height)
            {
                Add(picture.Slice((y + radius) * size.Width, size.Width), 1);
            }

            if (y - radius > 0)
            {
                Add(picture.Slice((y - radius - 1) * size.Width, size.Width), -1);
            }

            var height = Math.Min(y + radius + 1, size.Height) - Math.Max(y - radius, 0);
            Slide(1.0 / height, blurred.Slice(y * size.Width, size.Width));
        }
    }

    private void Add(ReadOnlySpan<float> row, int sign)
    {
        for (var x = 0; x < row.Length; x++)
        {
            _columns[x] += sign * row[x];
        }
    }

    private void Slide(double inverseHeight, Span<float> means)
    {
        var sum = 0.0;
        for (var x = 0; x < Math.Min(radius, size.Width); x++)
        {
            sum += _columns[x];
        }

        for (var x = 0; x < means.Length; x++)
        {
            sum += x + radius < means.Length ? _columns[x + radius] : 0;
            sum -= x - radius > 0 ? _columns[x - radius - 1] : 0;
            means[x] = (float)(sum * inverseHeight * _inverseWidths[x]);
        }
    }
}
