using System.Runtime.InteropServices;

namespace Streaming.Model.Native;

/// <summary>
/// glibc keeps an arena of free memory for nearly every thread that allocates, eight a core. Tensors are made on whatever thread a batch
/// runs on, so each arena would grow to the network's peak in the course of hours, and resident memory with them.
/// </summary>
internal static partial class NativeAllocator
{
    /// <summary>M_ARENA_MAX of malloc.h.</summary>
    private const int ArenaMax = -8;

    /// <summary>Two arenas serve a network that is used by one thread at a time, and its surroundings.</summary>
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
