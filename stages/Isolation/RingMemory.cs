namespace Streaming.Stages.Isolation;

/// <summary>
/// How a ring lies in shared memory: the slots' descriptions, then, from a page's border each, their pixels. Both sides know the
/// numbers from the message that announces a ring; nothing about the layout is read from the memory.
/// </summary>
internal sealed unsafe class RingMemory : IDisposable
{
    /// <summary>Frames in a ring.</summary>
    public const int Slots = 8;

    private const int Page = 4096;

    private readonly SharedMemory _memory;

    private RingMemory(SharedMemory memory, long slotBytes)
    {
        (_memory, SlotBytes) = (memory, slotBytes);
    }

    /// <summary>Most bytes of a frame.</summary>
    public long SlotBytes { get; }

    /// <summary>Where the other process can open it.</summary>
    public string Path => _memory.Path;

    /// <summary>Creates a ring for frames of a size; a slot that is never used costs nothing.</summary>
    /// <exception cref="IOException">The system does not give the memory.</exception>
    public static RingMemory Create(long slotBytes)
    {
        return new RingMemory(SharedMemory.Create(Page + (Slots * Stride(slotBytes))), slotBytes);
    }

    /// <summary>Opens the other process's ring.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static RingMemory Open(string path, long slotBytes)
    {
        return new RingMemory(SharedMemory.Open(path, Page + (Slots * Stride(slotBytes))), slotBytes);
    }

    /// <summary>A slot's description.</summary>
    public ref RingSlot Slot(int number)
    {
        return ref ((RingSlot*)_memory.Address)[number];
    }

    /// <summary>A slot's pixels.</summary>
    public nint Pixels(int number)
    {
        return _memory.Address + Page + (nint)(number * Stride(SlotBytes));
    }

    /// <summary>The slot whose pixels begin at an address; -1 when it is none of this ring.</summary>
    public int NumberOf(nint pixels)
    {
        for (var number = 0; number < Slots; number++)
        {
            if (Pixels(number) == pixels)
            {
                return number;
            }
        }

        return -1;
    }

    public void Dispose()
    {
        _memory.Dispose();
    }

    private static long Stride(long bytes)
    {
        return (bytes + Page - 1) / Page * Page;
    }
}
