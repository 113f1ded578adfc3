using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Streaming.Model.Structures;

namespace Streaming.Stages.Frames;

/// <summary>
/// A picture's pixels: rows of B, G, R bytes that follow each other directly, in memory that does not move, so that native
/// decoders write into it. Has one owner, who disposes it; disposing twice is harmless.
/// </summary>
public sealed unsafe class PixelBuffer : IDisposable
{
    private readonly PixelPool _pool;
    private nint _memory;

    internal PixelBuffer(PixelPool pool, nint memory, ImageSize size)
    {
        (_pool, _memory, Size) = (pool, memory, size);
    }

    /// <summary>Height and width in pixels.</summary>
    public ImageSize Size { get; }

    /// <summary>Bytes from one row to the next.</summary>
    public int Stride => Size.Width * 3;

    /// <summary>The first byte of the first row.</summary>
    public nint Address => _memory != 0 ? _memory : throw new ObjectDisposedException(nameof(PixelBuffer));

    /// <summary>All bytes.</summary>
    public Span<byte> Span => new((void*)Address, Size.Height * Stride);

    /// <summary>The pixels for reading.</summary>
    public ImageView View => new(Span, Size);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _memory, 0) is var memory and not 0)
        {
            _pool.Return(memory, Size.Height * Stride);
        }
    }
}

/// <summary>
/// Memory for pictures, used again and again: a stream needs the same few buffers for hours, and new large ones would cost
/// page faults for every frame. Counts what is out, so that tests can prove that all came back.
/// </summary>
public sealed unsafe class PixelPool : IDisposable
{
    private const int MaxKeptPerSize = 16;
    private const int Alignment = 64;

    private readonly ConcurrentDictionary<int, ConcurrentBag<nint>> _kept = new();
    private int _live;
    private volatile bool _isDisposed;

    /// <summary>Buffers that somebody owns at the moment.</summary>
    public int Live => _live;

    /// <summary>A buffer with arbitrary contents.</summary>
    /// <param name="size">Height and width in pixels, both at least 1 and at most 2^31 bytes together.</param>
    public PixelBuffer Rent(ImageSize size)
    {
        var bytes = checked(size.Height * size.Width * 3);
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 3, nameof(size));
        Interlocked.Increment(ref _live);
        var memory = _kept.TryGetValue(bytes, out var bag) && bag.TryTake(out var kept)
            ? kept
            : (nint)NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
        return new PixelBuffer(this, memory, size);
    }

    /// <summary>Gives back to the system what nobody owns; buffers that are out follow when they are disposed.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        foreach (var bag in _kept.Values)
        {
            while (bag.TryTake(out var memory))
            {
                NativeMemory.AlignedFree((void*)memory);
            }
        }
    }

    internal void Return(nint memory, int bytes)
    {
        Interlocked.Decrement(ref _live);
        var bag = _kept.GetOrAdd(bytes, _ => []);
        if (_isDisposed || bag.Count >= MaxKeptPerSize)
        {
            NativeMemory.AlignedFree((void*)memory);
        }
        else
        {
            bag.Add(memory);
        }
    }
}
