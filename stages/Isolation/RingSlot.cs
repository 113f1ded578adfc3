using System.Runtime.InteropServices;

namespace Streaming.Stages.Isolation;

/// <summary>
/// A slot's description in shared memory. Its state belongs to whoever can change it: the writer takes free slots (or ready ones
/// that nobody has taken yet), the reader ready ones. The other fields belong to the writer while it writes, and to the reader,
/// who copies and checks them, while it holds the slot.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal struct RingSlot
{
    public const int Bytes = 64;

    public const int Free = 0;
    public const int Writing = 1;
    public const int Ready = 2;
    public const int Held = 3;

    public int State;
    public int Width;
    public int Height;
    public int IsTimed;

    /// <summary>Frames that were written before this one into any slot of the ring.</summary>
    public long Sequence;
    public long Index;
    public long PtsTicks;
    public long CaptureTicks;
}
