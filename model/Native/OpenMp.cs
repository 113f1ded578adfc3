using System.Runtime.InteropServices;

namespace Streaming.Model.Native;

/// <summary>
/// libtorch's operations run on threads of GCC's OpenMP library. When an operation ends they go on spinning for some
/// milliseconds, in case that another follows, and take that time from our own operations between, which run on .NET's threads:
/// ROIAlign was a third slower on two cores. A shorter spin still bridges the gap from one operation to the next.
/// </summary>
internal static partial class OpenMp
{
    private const string SpinCount = "GOMP_SPINCOUNT";

    /// <summary>A fifteenth of the library's own default.</summary>
    private const string Turns = "20000";

    /// <summary>
    /// Has its threads sleep soon when there is nothing to do, unless the environment says how long. Call it before libtorch is
    /// loaded: that is when the library reads it.
    /// </summary>
    public static void SpinBriefly()
    {
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is not null)
        {
            return;
        }

        try
        {
            // Environment.SetEnvironmentVariable is for .NET alone: C libraries do not see it.
            _ = setenv(SpinCount, Turns, overwrite: 0);
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library: it spins as long as it likes.
        }
    }

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int setenv(string name, string value, int overwrite);
}
