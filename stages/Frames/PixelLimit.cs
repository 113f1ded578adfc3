using System.Globalization;
using Streaming.Model.Structures;

namespace Streaming.Stages.Frames;

/// <summary>The largest picture that is decoded: a small file can stand for gigabytes.</summary>
/// <param name="Megapixels">Above 0; more than <see cref="PixelPool.MostPixels"/> are never decoded.</param>
internal readonly record struct PixelLimit(double Megapixels)
{
    /// <summary>100 megapixels, for example 10000x10000.</summary>
    public static PixelLimit Default { get; } = new(100);

    /// <summary>Whether a picture of a size is decoded.</summary>
    /// <param name="size">Height and width in pixels.</param>
    public bool Allows(ImageSize size)
    {
        return (long)size.Height * size.Width <= Math.Min(Megapixels * 1e6, PixelPool.MostPixels);
    }

    /// <summary>Refuses what is too large.</summary>
    /// <param name="size">Height and width in pixels.</param>
    /// <param name="source">What has this size, for the message.</param>
    /// <exception cref="DecodeException">It is too large.</exception>
    public void Check(ImageSize size, string source)
    {
        if (!Allows(size))
        {
            var (actual, most) = (size.Height / 1e6 * size.Width, Math.Min(Megapixels, PixelPool.MostPixels / 1e6));
            throw new DecodeException(DecodeError.Unsupported, string.Create(
                CultureInfo.InvariantCulture,
                $"{source}: {size.Width}x{size.Height} are {actual:0.###} megapixels; "
                + $"at most {most:0.###} are allowed (max_megapixels)."));
        }
    }
}
