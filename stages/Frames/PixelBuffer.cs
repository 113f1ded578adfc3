using Streaming.Model.Structures;

namespace Streaming.Stages.Frames;

/// <summary>
/// A picture's pixels: rows of B, G, R bytes that follow each other directly, in memory that does not move, so that native
/// decoders write into it. Has one owner, who disposes it; disposing twice is harmless.
/// </summary>
public sealed unsafe class PixelBuffer : IDisposable
{
    private readonly IPixelOwner _owner;
    private readonly PixelPool _pool;
    private nint _memory;

    /// <param name="owner">Takes the memory back.</param>
    /// <param name="pool">Where copies get their memory.</param>
    /// <param name="memory">Pixels begin at its first address that is a multiple of <see cref="PixelPool.Alignment"/>.</param>
    /// <param name="size">Height and width in pixels.</param>
    internal PixelBuffer(IPixelOwner owner, PixelPool pool, nint memory, ImageSize size)
    {
        (_owner, _pool, _memory, Size) = (owner, pool, memory, size);
    }

    /// <summary>Height and width in pixels.</summary>
    public ImageSize Size { get; }

    /// <summary>Bytes from one row to the next.</summary>
    public int Stride => Size.Width * 3;

    /// <summary>The first byte of the first row.</summary>
    public nint Address => _memory != 0
        ? (_memory + PixelPool.Alignment - 1) & ~(PixelPool.Alignment - 1)
        : throw new ObjectDisposedException(nameof(PixelBuffer));

    /// <summary>All bytes.</summary>
    public Span<byte> Span => new((void*)Address, Size.Height * Stride);

    /// <summary>The pixels for reading.</summary>
    public ImageView View => new(Span, Size);

    /// <summary>The same pixels in memory of the pool; the copy is the caller's.</summary>
    internal PixelBuffer Copy()
    {
        var copy = _pool.Rent(Size);
        Span.CopyTo(copy.Span);
        return copy;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _memory, 0) is var memory and not 0)
        {
            _owner.Return(memory, Size.Height * Stride);
        }
    }
}
