using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Streaming.Model.Structures;

namespace Streaming.Stages.Frames;

/// <summary>
/// Memory for pictures, used again and again: a stream needs the same few buffers for hours, and new large ones would cost
/// page faults for every frame. Counts what is out, so that tests can prove that all came back.
/// </summary>
public sealed unsafe class PixelPool : IPixelMemory, IPixelOwner, IDisposable
{
    /// <summary>The largest buffer has 2^31 bytes.</summary>
    public const int MostPixels = int.MaxValue / 3;

    private const int MaxKeptPerSize = 16;

    /// <summary>
    /// The buffer aligns itself: glibc's aligned allocation cannot reuse a freed block of the same size, so that the heap would
    /// grow to several times what is in use.
    /// </summary>
    internal const int Alignment = 64;

    private readonly ConcurrentDictionary<int, ConcurrentBag<nint>> _kept = new();
    private int _live;
    private volatile bool _isDisposed;

    /// <summary>Buffers that somebody owns at the moment.</summary>
    public int Live => _live;

    /// <summary>A buffer with arbitrary contents.</summary>
    /// <param name="size">Height and width in pixels, both at least 1 and at most <see cref="MostPixels"/> together.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is outside of this range.</exception>
    public PixelBuffer Rent(ImageSize size)
    {
        var pixels = size is { Height: > 0, Width: > 0 } ? (long)size.Height * size.Width : 0;
        if (pixels is < 1 or > MostPixels)
        {
            throw new ArgumentOutOfRangeException(nameof(size), size, $"A buffer has 1 to {MostPixels} pixels.");
        }

        var bytes = (int)pixels * 3;
        Interlocked.Increment(ref _live);
        var memory = _kept.TryGetValue(bytes, out var bag) && bag.TryTake(out var kept)
            ? kept
            : (nint)NativeMemory.Alloc((nuint)bytes + Alignment);
        return new PixelBuffer(this, this, memory, size);
    }

    /// <summary>Gives back to the system what nobody owns; buffers that are out follow when they are disposed.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        foreach (var bag in _kept.Values)
        {
            while (bag.TryTake(out var memory))
            {
                NativeMemory.Free((void*)memory);
            }
        }
    }

    void IPixelOwner.Return(nint memory, int bytes)
    {
        Interlocked.Decrement(ref _live);
        var bag = _kept.GetOrAdd(bytes, _ => []);
        if (_isDisposed || bag.Count >= MaxKeptPerSize)
        {
            NativeMemory.Free((void*)memory);
        }
        else
        {
            bag.Add(memory);
        }
    }
}
