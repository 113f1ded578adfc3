using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Streaming.Model.Structures;

namespace Streaming.Stages.Frames;

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
