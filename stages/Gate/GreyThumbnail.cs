using Streaming.Model.Structures;

namespace Streaming.Stages.Gate;

/// <summary>A frame at small size in shades of grey: what motion is looked for in. The longer side has about 160 cells.</summary>
internal static class GreyThumbnail
{
    private const int Side = 160;

    /// <summary>Samples of a cell along each axis: noise averages out, and a large frame costs little more.</summary>
    private const int Samples = 4;

    /// <summary>The thumbnail's size for a picture.</summary>
    public static ImageSize SizeOf(ImageSize picture)
    {
        var cell = CellOf(picture);
        return new ImageSize(Math.Max(picture.Height / cell, 1), Math.Max(picture.Width / cell, 1));
    }

    /// <summary>Shrinks a picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="grey">Gets rows of shades from 0 to 255, of <see cref="SizeOf"/>.</param>
    public static void Shrink(ImageView picture, Span<float> grey)
    {
        var (cell, size) = (CellOf(picture.Size), SizeOf(picture.Size));
        var step = Math.Max(cell / Samples, 1);
        var count = (cell + step - 1) / step;
        Span<int> sums = stackalloc int[size.Width];
        for (var y = 0; y < size.Height; y++)
        {
            sums.Clear();
            for (var down = 0; down < cell; down += step)
            {
                var row = picture.Row(Math.Min((y * cell) + down, picture.Size.Height - 1));
                for (var x = 0; x < size.Width; x++)
                {
                    var at = x * cell * 3;
                    for (var across = 0; across < cell; across += step, at += step * 3)
                    {
                        // Blue, twice green, red: near enough to luma, and without multiplication.
                        sums[x] += row[at] + (row[at + 1] << 1) + row[at + 2];
                    }
                }
            }

            var target = grey.Slice(y * size.Width, size.Width);
            for (var x = 0; x < target.Length; x++)
            {
                target[x] = sums[x] / (4f * count * count);
            }
        }
    }

    private static int CellOf(ImageSize picture)
    {
        return Math.Max((Math.Max(picture.Height, picture.Width) + (Side / 2)) / Side, 1);
    }
}
