using System.Runtime.InteropServices;

namespace Streaming.Model.Native;

/// <summary>
/// glibc keeps an arena of free memory for nearly every thread that allocates, up to eight a core. Frames pass through many
/// threads, decoders' among them, so that each arena grows to its own peak in the course of hours, and resident memory with them.
/// </summary>
internal static partial class NativeAllocator
{
    /// <summary>M_ARENA_MAX of malloc.h.</summary>
    private const int ArenaMax = -8;

    /// <summary>M_MMAP_MAX, M_TRIM_THRESHOLD and M_TOP_PAD.</summary>
    private const int MmapMax = -4;
    private const int TrimThreshold = -1;
    private const int TopPad = -2;

    /// <summary>Given as a threshold it is never reached.</summary>
    private const int Never = -1;

    /// <summary>Set to "keep" or "return" it decides what becomes of large blocks, whatever the work.</summary>
    public const string Variable = "STREAMING_MALLOC";

    private static readonly string? Wanted = Environment.GetEnvironmentVariable(Variable);

    /// <summary>
    /// No further arenas. .NET's own threads have made some by now; with MALLOC_ARENA_MAX=1 in the
    /// environment, as all that starts the program sets it, the first one stays alone. The others hold blocks of up to 64 MB
    /// only: larger ones come from the system each time, whatever <see cref="KeepLargeBlocks"/> says.
    /// </summary>
    public static void Configure()
    {
        Try(() => mallopt(ArenaMax, 1));
        if (Wanted == "keep")
        {
            KeepLargeBlocks();
        }
    }

    /// <summary>
    /// Large blocks stay with the process from now on. Otherwise each tensor of the network is given back to the system and comes
    /// back as pages that must be cleared first, which costs a tenth of the time and more. For work that ends: in a soak of 30
    /// minutes with cameras memory was still growing at the end (0.8 MiB a minute).
    /// </summary>
    public static void KeepLargeBlocks()
    {
        if (Wanted != "return")
        {
            Try(() => mallopt(MmapMax, 0) & mallopt(TrimThreshold, Never) & mallopt(TopPad, 64 << 20));
        }
    }

    private static void Try(Func<int> set)
    {
        try
        {
            _ = set();
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
