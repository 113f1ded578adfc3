using Streaming.Config.Detectron;
using Streaming.Model.Ops;
using Streaming.Model.Structures;

namespace Streaming.Training.Data;

/// <summary>
/// What happens to one training picture: cut out, resized, flipped, in this order (detectron2's augmentations).
/// </summary>
/// <param name="Crop">The part that is cut out: left, top, and its size.</param>
/// <param name="Size">Of the result.</param>
/// <param name="Flip">How the result is flipped.</param>
internal sealed record Transform((int X, int Y, ImageSize Size) Crop, ImageSize Size, FlipKind Flip)
{
    /// <summary>Chooses one by chance.</summary>
    public static Transform Choose(ImageSize picture, AugmentationConfig config, Random random)
    {
        var cropped = CropSize(picture, config, random);
        var crop = (
            X: random.Next(picture.Width - cropped.Width + 1), Y: random.Next(picture.Height - cropped.Height + 1), cropped);
        var shortEdge = config.IsRange
            ? random.Next(config.MinSizes[0], config.MinSizes[1] + 1)
            : config.MinSizes[random.Next(config.MinSizes.Count)];
        var (height, width) = ResizeShortestEdge.OutputSize(cropped, shortEdge, config.MaxSize);
        var isFlipped = random.NextDouble() < 0.5;
        return new Transform(
            crop, new ImageSize(Math.Max(height, 1), Math.Max(width, 1)), isFlipped ? config.Flip : FlipKind.None);
    }

    /// <summary>The picture, rows of B, G, R bytes without gaps.</summary>
    public byte[] Apply(byte[] pixels, ImageSize size)
    {
        var result = new byte[Size.Height * Size.Width * 3];
        var part = new ImageView(pixels.AsSpan(((Crop.Y * size.Width) + Crop.X) * 3), Crop.Size, size.Width * 3);
        PillowResize.Resize(part, result, Size);
        FlipRows(result, 3);
        return result;
    }

    /// <summary>A mask of one byte a pixel: the nearest pixel's value.</summary>
    public byte[] ApplyToMask(byte[] mask, ImageSize size)
    {
        var result = new byte[Size.Height * Size.Width];
        int[] columns =
        [
            .. Enumerable.Range(0, Size.Width).Select(x => Crop.X + (int)((x + 0.5) * Crop.Size.Width / Size.Width)),
        ];
        for (var y = 0; y < Size.Height; y++)
        {
            var source = mask.AsSpan((Crop.Y + (int)((y + 0.5) * Crop.Size.Height / Size.Height)) * size.Width, size.Width);
            var target = result.AsSpan(y * Size.Width, Size.Width);
            if (source.ContainsAnyExcept((byte)0))
            {
                for (var x = 0; x < columns.Length; x++)
                {
                    target[x] = source[columns[x]];
                }
            }
        }

        FlipRows(result, 1);
        return result;
    }

    /// <summary>A point of the picture in the result.</summary>
    public (double X, double Y) Apply(double x, double y)
    {
        x = (x - Crop.X) * ((double)Size.Width / Crop.Size.Width);
        y = (y - Crop.Y) * ((double)Size.Height / Crop.Size.Height);
        return (Flip == FlipKind.Horizontal ? Size.Width - x : x, Flip == FlipKind.Vertical ? Size.Height - y : y);
    }

    private static ImageSize CropSize(ImageSize picture, AugmentationConfig config, Random random)
    {
        var (height, width) = (config.CropSize[0], config.CropSize[1]);
        switch (config.Crop)
        {
            case CropKind.Relative:
                return Share(height, width);
            case CropKind.RelativeRange:
                return Share(height + (random.NextDouble() * (1 - height)), width + (random.NextDouble() * (1 - width)));
            case CropKind.Absolute:
                return new ImageSize(Math.Min((int)height, picture.Height), Math.Min((int)width, picture.Width));
            case CropKind.AbsoluteRange:
                // The numbers are the least and the largest side here.
                return new ImageSize(
                    random.Next(Math.Min(picture.Height, (int)height), Math.Min(picture.Height, (int)width) + 1),
                    random.Next(Math.Min(picture.Width, (int)height), Math.Min(picture.Width, (int)width) + 1));
            default:
                return picture;
        }

        ImageSize Share(double vertical, double horizontal)
        {
            return new ImageSize((int)((picture.Height * vertical) + 0.5), (int)((picture.Width * horizontal) + 0.5));
        }
    }

    private void FlipRows(byte[] pixels, int channels)
    {
        var stride = Size.Width * channels;
        if (Flip == FlipKind.Vertical)
        {
            for (int top = 0, bottom = Size.Height - 1; top < bottom; top++, bottom--)
            {
                var kept = pixels.AsSpan(top * stride, stride).ToArray();
                pixels.AsSpan(bottom * stride, stride).CopyTo(pixels.AsSpan(top * stride));
                kept.CopyTo(pixels.AsSpan(bottom * stride));
            }
        }
        else if (Flip == FlipKind.Horizontal)
        {
            for (var y = 0; y < Size.Height; y++)
            {
                // Backwards as bytes, then each pixel's channels back into their order.
                var row = pixels.AsSpan(y * stride, stride);
                row.Reverse();
                for (var x = 0; channels > 1 && x < Size.Width; x++)
                {
                    row.Slice(x * channels, channels).Reverse();
                }
            }
        }
    }
}
