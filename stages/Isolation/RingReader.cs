using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Isolation;

/// <summary>
/// The reader's side of a ring. Frames are handed on in place, and their slots come back when they are disposed, on any thread;
/// the memory is unmapped with the last of them. When few slots are left a frame is copied, so that whoever keeps frames for long
/// never starves the writer. The writer is not trusted: whatever it wrote is copied before it is checked.
/// </summary>
internal sealed class RingReader : IPixelOwner, IDisposable
{
    /// <summary>So many slots stay with the writer: one to write into, one that is ready, one between both.</summary>
    private const int WritersShare = 3;

    private readonly RingMemory _ring;
    private readonly bool _isOrdered;
    private readonly Action _returned;

    /// <summary>Of the next frame, when they come in order: slots that are looked at one after the other show no order.</summary>
    private long _nextSequence;
    private int _holders = 1;
    private int _held;
    private bool _isDisposed;

    /// <param name="slotBytes">Most bytes of a frame.</param>
    /// <param name="isOrdered">Every frame in order; otherwise the newest, and older ones are skipped.</param>
    /// <param name="returned">Called when a slot has come back, on any thread.</param>
    /// <exception cref="IOException">The system does not give the memory.</exception>
    public RingReader(long slotBytes, bool isOrdered, Action returned)
    {
        (_ring, _isOrdered, _returned) = (RingMemory.Create(slotBytes), isOrdered, returned);
    }

    /// <summary>Where the writer can open it.</summary>
    public string Path => _ring.Path;

    /// <summary>The next frame, or null when none is ready.</summary>
    /// <param name="id">The source's name.</param>
    /// <param name="pool">For copies.</param>
    /// <param name="now">UTC; no frame is newer, and none is believed to be much older.</param>
    /// <exception cref="InvalidDataException">The writer wrote what cannot be.</exception>
    public Frame? TryTake(string id, PixelPool pool, DateTimeOffset now)
    {
        while (FindReady() is var number and >= 0)
        {
            if (!_isOrdered)
            {
                SkipOlder(number);
            }

            if (Change(number, RingSlot.Ready, RingSlot.Held))
            {
                return Take(number, id, pool, now);
            }
        }

        return null;
    }

    void IPixelOwner.Return(nint memory, int bytes)
    {
        Interlocked.Decrement(ref _held);
        Free(_ring.NumberOf(memory));
        Release();
    }

    /// <summary>Frames that were taken stay readable.</summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            Release();
        }
    }

    private int FindReady()
    {
        var (found, newest) = (-1, -1L);
        for (var number = 0; number < RingMemory.Slots; number++)
        {
            ref var slot = ref _ring.Slot(number);
            if (Volatile.Read(ref slot.State) != RingSlot.Ready)
            {
                continue;
            }

            var sequence = Volatile.Read(ref slot.Sequence);
            if (_isOrdered ? sequence == _nextSequence : sequence > newest)
            {
                (found, newest) = (number, sequence);
            }
        }

        return found;
    }

    private void SkipOlder(int newest)
    {
        var sequence = Volatile.Read(ref _ring.Slot(newest).Sequence);
        for (var number = 0; number < RingMemory.Slots; number++)
        {
            if (Volatile.Read(ref _ring.Slot(number).Sequence) < sequence)
            {
                Change(number, RingSlot.Ready, RingSlot.Free);
            }
        }
    }

    private Frame Take(int number, string id, PixelPool pool, DateTimeOffset now)
    {
        var slot = _ring.Slot(number);
        _nextSequence++;
        var size = new ImageSize(slot.Height, slot.Width);
        var isSound = slot is { Height: > 0, Width: > 0, Index: >= 0, PtsTicks: >= 0 }
            && (long)slot.Height * slot.Width <= _ring.SlotBytes / 3;
        if (!isSound)
        {
            Free(number);
            throw new InvalidDataException($"a frame of {slot.Width}x{slot.Height}, number {slot.Index}, cannot be");
        }

        var age = now.UtcTicks - slot.CaptureTicks;
        var captured = age is >= 0 and < TimeSpan.TicksPerMinute ? new DateTimeOffset(slot.CaptureTicks, TimeSpan.Zero) : now;
        var origin = slot.IsTimed != 0 ? PtsOrigin.Container : PtsOrigin.Estimated;
        var identity = new FrameIdentity(id, 0, slot.Index, new TimeSpan(slot.PtsTicks), origin, captured);
        Interlocked.Increment(ref _holders);
        var isScarce = Interlocked.Increment(ref _held) > RingMemory.Slots - WritersShare;
        var pixels = new PixelBuffer(this, pool, _ring.Pixels(number), size);
        if (!isScarce)
        {
            return new Frame(identity, pixels);
        }

        using (pixels)
        {
            return new Frame(identity, pixels.Copy());
        }
    }

    private bool Change(int number, int from, int to)
    {
        return Interlocked.CompareExchange(ref _ring.Slot(number).State, to, from) == from;
    }

    private void Free(int number)
    {
        Volatile.Write(ref _ring.Slot(number).State, RingSlot.Free);
        _returned();
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            _ring.Dispose();
        }
    }
}
