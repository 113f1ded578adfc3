using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Isolation;

/// <summary>
/// The writer's side of a ring: the decoder's frames get their memory here, so that they lie where the reader finds them. Used by
/// one thread. Without a free slot, a writer whose frames come in order waits; another one takes the oldest frame that nobody has
/// taken, or gives up its own.
/// </summary>
/// <param name="request">Gets a ring for frames of so many bytes from the reader.</param>
/// <param name="waitForSlot">Waits until the reader has given a slot back; null never waits.</param>
internal sealed class RingWriter(Func<long, RingMemory> request, Action? waitForSlot) : IPixelMemory, IPixelOwner, IDisposable
{
    /// <summary>For frames that find no slot, and of sources that decode before they know their size.</summary>
    private readonly PixelPool _spare = new();

    private RingMemory? _ring;
    private long _sequence;

    /// <inheritdoc/>
    public PixelBuffer Rent(ImageSize size)
    {
        var bytes = (long)size.Height * size.Width * 3;
        if (_ring is null || bytes > _ring.SlotBytes)
        {
            _ring?.Dispose();
            _ring = null;
            _ring = request(bytes);
            _sequence = 0;
        }

        var number = TakeSlot();
        return number < 0 ? _spare.Rent(size) : new PixelBuffer(this, _spare, _ring.Pixels(number), size);
    }

    /// <summary>Shows a frame to the reader, which owns its pixels from then on.</summary>
    /// <returns>False when there was no slot for it.</returns>
    public bool Publish(Frame frame)
    {
        if (_ring?.NumberOf(frame.Pixels.Address) is { } number and >= 0)
        {
            Publish(number, frame);
            return true;
        }

        // It has memory of another kind: some decoders want their own.
        using (frame)
        {
            using var copy = Rent(frame.Pixels.Size);
            if (_ring!.NumberOf(copy.Address) is var slot && slot < 0)
            {
                return false;
            }

            frame.Pixels.Span.CopyTo(copy.Span);
            Publish(slot, frame);
            return true;
        }
    }

    void IPixelOwner.Return(nint memory, int bytes)
    {
        // A published slot is the reader's; one that was given up unpublished is free again.
        if (_ring?.NumberOf(memory) is { } number and >= 0)
        {
            Change(number, RingSlot.Writing, RingSlot.Free);
        }
    }

    public void Dispose()
    {
        _ring?.Dispose();
        _spare.Dispose();
    }

    private void Publish(int number, Frame frame)
    {
        ref var slot = ref _ring!.Slot(number);
        var identity = frame.Identity;
        (slot.Width, slot.Height) = (frame.Pixels.Size.Width, frame.Pixels.Size.Height);
        slot.IsTimed = identity.PtsOrigin == PtsOrigin.Container ? 1 : 0;
        (slot.Index, slot.PtsTicks, slot.CaptureTicks) = (identity.Index, identity.Pts.Ticks, identity.CaptureTime.UtcTicks);
        Volatile.Write(ref slot.Sequence, _sequence++);
        Volatile.Write(ref slot.State, RingSlot.Ready);
    }

    private int TakeSlot()
    {
        while (true)
        {
            for (var number = 0; number < RingMemory.Slots; number++)
            {
                // The lowest first: memory of a slot that was never used is never touched.
                if (Change(number, RingSlot.Free, RingSlot.Writing))
                {
                    return number;
                }
            }

            if (waitForSlot is not null)
            {
                waitForSlot();
            }
            else if (FindOldestReady() is var oldest && (oldest < 0 || Change(oldest, RingSlot.Ready, RingSlot.Writing)))
            {
                return oldest;
            }
        }
    }

    private int FindOldestReady()
    {
        var found = -1;
        for (var number = 0; number < RingMemory.Slots; number++)
        {
            ref var slot = ref _ring!.Slot(number);
            if (Volatile.Read(ref slot.State) == RingSlot.Ready && (found < 0 || slot.Sequence < _ring.Slot(found).Sequence))
            {
                found = number;
            }
        }

        return found;
    }

    private bool Change(int number, int from, int to)
    {
        return Interlocked.CompareExchange(ref _ring!.Slot(number).State, to, from) == from;
    }
}
