namespace Streaming.Model.Structures;

/// <summary>Pixels that somebody else owns: rows of B, G, R bytes.</summary>
public readonly ref struct ImageView
{
    /// <summary>Creates a view.</summary>
    /// <param name="pixels">Rows of 3 bytes a pixel in the order B, G, R.</param>
    /// <param name="size">Height and width in pixels.</param>
    /// <param name="stride">Bytes from one row to the next; 0 when rows follow each other directly.</param>
    /// <exception cref="ArgumentException">The pixels do not suffice.</exception>
    public ImageView(ReadOnlySpan<byte> pixels, ImageSize size, int stride = 0)
    {
        Pixels = pixels;
        (Size, Stride) = (size, stride == 0 ? size.Width * 3 : stride);
        var needed = ((long)(size.Height - 1) * Stride) + (size.Width * 3);
        if (size.Height < 1 || size.Width < 1 || Stride < size.Width * 3 || pixels.Length < needed)
        {
            throw new ArgumentException(
                $"{pixels.Length} bytes with {Stride} a row are no {size} image of B, G, R.", nameof(pixels));
        }
    }

    /// <summary>The bytes, from the first row on.</summary>
    public ReadOnlySpan<byte> Pixels { get; }

    /// <summary>Height and width in pixels.</summary>
    public ImageSize Size { get; }

    /// <summary>Bytes from one row to the next.</summary>
    public int Stride { get; }

    internal ReadOnlySpan<byte> Row(int y)
    {
        return Pixels.Slice(y * Stride, Size.Width * 3);
    }
}
