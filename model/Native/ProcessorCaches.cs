using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Streaming.Model.Native;

/// <summary>
/// Some virtual machines on AMD processors hide the sizes of the caches (CPUID leaf 0x8000001D is all zeros, although the
/// processor says that it is there). oneDNN, which is part of libtorch, then takes each cache for one byte large: some
/// convolutions divide by zero and end the process, others compute something else. Where oneDNN knows of no caches at all it
/// assumes usual ones, so this tells it that it knows none.
/// </summary>
internal static unsafe partial class ProcessorCaches
{
    private const uint CacheLeaf = 0x8000001D;

    /// <summary>dnnl::impl::cpu::x64::cpu(), which returns what oneDNN knows about the processor (Xbyak::util::Cpu).</summary>
    private const string Processor = "_ZN4dnnl4impl3cpu3x643cpuEv";

    /// <summary>
    /// The cache part of Xbyak::util::Cpu as numbers of four bytes: ten sizes, ten counts of cores that share one, the number of
    /// levels.
    /// </summary>
    private const int FirstSize = 7;

    private const int FirstShare = 17;
    private const int Levels = 27;

    /// <summary>Whether this processor hides them from oneDNN.</summary>
    public static bool AreHidden { get; } = Hides();

    /// <summary>
    /// Makes oneDNN assume usual caches where they are hidden. Where its data are not found, as in a libtorch of another version,
    /// oneDNN has to do without the instructions whose kernels need the sizes: slow, but right.
    /// </summary>
    /// <param name="library">The path of libtorch_cpu.so, which is loaded, and has computed nothing yet.</param>
    public static void Heal(string library)
    {
        if (AreHidden && !ForgetLevels(library))
        {
            // Read by oneDNN at its first operation; what the user has set stays.
            _ = setenv("ONEDNN_MAX_CPU_ISA", "AVX", overwrite: 0);
        }
    }

    private static bool ForgetLevels(string library)
    {
        if (ElfSymbols.Find(library, Processor) is not { } offset || BaseOf(library) is not { } loadedAt)
        {
            return false;
        }

        var processor = ((delegate* unmanaged<uint*>)(loadedAt + offset))();
        var known = new ReadOnlySpan<uint>(processor, Levels + 1);
        ReadOnlySpan<uint> threeOfOne = [1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
        var isAsExpected = known[Levels] == 3
            && known.Slice(FirstSize, threeOfOne.Length).SequenceEqual(threeOfOne)
            && known.Slice(FirstShare, threeOfOne.Length).SequenceEqual(threeOfOne);
        if (isAsExpected)
        {
            processor[Levels] = 0;
        }

        return isAsExpected;
    }

    private static bool Hides()
    {
        if (!X86Base.IsSupported)
        {
            return false;
        }

        var (most, vendor, _, _) = X86Base.CpuId(unchecked((int)0x80000000), 0);
        const int Authentic = 0x68747541; // "Auth", of AuthenticAMD
        return vendor == Authentic && (uint)most >= CacheLeaf
            && X86Base.CpuId(unchecked((int)CacheLeaf), 0) is (0, 0, 0, 0);
    }

    /// <summary>Where a library is loaded: its first mapping, which holds the beginning of the file.</summary>
    private static nint? BaseOf(string library)
    {
        var path = Path.GetFullPath(library);
        return File.ReadLines("/proc/self/maps").FirstOrDefault(line => line.EndsWith(path, StringComparison.Ordinal)) is { } line
            ? nint.Parse(line.AsSpan(0, line.IndexOf('-', StringComparison.Ordinal)), System.Globalization.NumberStyles.HexNumber)
            : null;
    }

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int setenv(string name, string value, int overwrite);
}
