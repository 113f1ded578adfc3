using System.Runtime.InteropServices;
using Streaming.Model.Native;

namespace Streaming.Model.Tests.Native;

public sealed partial class OpenMpTests
{
    /// <summary>Before libtorch is loaded, where C libraries see it, and not against what the user says.</summary>
    [Fact]
    public void SpinBriefly_BeforeLibtorch_IsSeenByCLibraries()
    {
        LibTorch.Load();
        var said = Environment.GetEnvironmentVariable("GOMP_SPINCOUNT");
        var expected = said ?? (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null ? "20000" : null);
        Assert.Equal(expected, Marshal.PtrToStringUTF8(getenv("GOMP_SPINCOUNT")));

        OpenMp.SpinBriefly();
        Assert.Equal(expected, Marshal.PtrToStringUTF8(getenv("GOMP_SPINCOUNT")));
    }

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint getenv(string name);
}
