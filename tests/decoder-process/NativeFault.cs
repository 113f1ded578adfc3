using System.Runtime.InteropServices;

namespace Streaming.DecoderProcess;

/// <summary>
/// A segmentation fault in native code, as decoders have them: what managed code does to itself becomes an exception.
/// </summary>
internal static partial class NativeFault
{
    public static void Raise()
    {
        memset(1, 0, 1);
    }

    [LibraryImport("libc.so.6")]
    private static partial nint memset(nint address, int value, nuint bytes);
}
