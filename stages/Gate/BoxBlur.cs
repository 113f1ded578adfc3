using Streaming.Model.Structures;

namespace Streaming.Stages.Gate;

/// <summary>Means over squares, by a table of sums (Crow 1984). At the border the squares are cut off.</summary>
/// <param name="size">Height and width of the pictures.</param>
/// <param name="radius">Half a square's side, in cells.</param>
internal sealed class BoxBlur(ImageSize size, int radius)
{
    /// <summary>Sums of everything above and to the left, with a row and a column of zeros.</summary>
    private readonly double[] _sums = new double[(size.Height + 1) * (size.Width + 1)];

    /// <summary>Blurs a picture.</summary>
    /// <param name="picture">Rows of cells.</param>
    /// <param name="blurred">Gets the means.</param>
    public void Apply(ReadOnlySpan<float> picture, Span<float> blurred)
    {
        var width = size.Width + 1;
        for (var y = 0; y < size.Height; y++)
        {
            var row = 0.0;
            for (var x = 0; x < size.Width; x++)
            {
                row += picture[(y * size.Width) + x];
                _sums[((y + 1) * width) + x + 1] = _sums[(y * width) + x + 1] + row;
            }
        }

        for (var y = 0; y < size.Height; y++)
        {
            var (top, bottom) = (Math.Max(y - radius, 0), Math.Min(y + radius + 1, size.Height));
            for (var x = 0; x < size.Width; x++)
            {
                var (left, right) = (Math.Max(x - radius, 0), Math.Min(x + radius + 1, size.Width));
                var sum = _sums[(bottom * width) + right] - _sums[(top * width) + right]
                    - _sums[(bottom * width) + left] + _sums[(top * width) + left];
                blurred[(y * size.Width) + x] = (float)(sum / ((bottom - top) * (right - left)));
            }
        }
    }
}
