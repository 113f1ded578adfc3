using System.Buffers;

namespace Streaming.Model.Structures;

/// <summary>
/// An image as the network wants it: resized, still bytes in the order B, G, R. Its memory comes from a pool; disposing
/// gives it back, twice is harmless.
/// </summary>
internal sealed class PreprocessedImage : IDisposable
{
    private byte[]? _pixels;

    internal PreprocessedImage(ImageSize size, ImageSize originalSize, ImageSize paddedSize)
    {
        (Size, OriginalSize, PaddedSize) = (size, originalSize, paddedSize);
        _pixels = ArrayPool<byte>.Shared.Rent(size.Height * size.Width * 3);
    }

    /// <summary>The size after resizing.</summary>
    public ImageSize Size { get; }

    /// <summary>The size before: detections come in its pixels.</summary>
    public ImageSize OriginalSize { get; }

    /// <summary>
    /// The size after padding for the network. Only images of one padded size share a batch without changing each other's
    /// numbers.
    /// </summary>
    public ImageSize PaddedSize { get; }

    internal Span<byte> Pixels => Array.AsSpan(0, Size.Height * Size.Width * 3);

    /// <summary>The pooled array; may be longer than the pixels.</summary>
    internal byte[] Array => _pixels ?? throw new ObjectDisposedException(nameof(PreprocessedImage));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _pixels, null) is { } pixels)
        {
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }
}
