using System.Runtime.InteropServices;

namespace Streaming.Model.Native;

/// <summary>
/// glibc keeps an arena of free memory for nearly every thread that allocates, up to eight a core. Frames pass through many threads, decoders'
/// among them, so that each arena grows to its own peak in the course of hours, and resident memory with them.
/// </summary>
public static partial class NativeAllocator
{
    /// <summary>M_ARENA_MAX of malloc.h.</summary>
    private const int ArenaMax = -8;

    /// <summary>Two arenas for all threads. Call it first of all: arenas that there are already stay.</summary>
    public static void LimitArenas()
    {
        try
        {
            _ = mallopt(ArenaMax, 2);
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library, which has no such arenas.
        }
    }

    [LibraryImport("libc.so.6")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int mallopt(int parameter, int value);
}
