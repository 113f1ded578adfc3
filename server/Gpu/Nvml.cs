using System.Runtime.InteropServices;

namespace Streaming.Server.Gpu;

/// <summary>What we call of NVIDIA's management library, which comes with the driver.</summary>
internal static partial class Nvml
{
    /// <summary>The library's name; without a driver it cannot be loaded.</summary>
    public const string Library = "libnvidia-ml.so.1";

    /// <summary>What each function returns when it worked.</summary>
    public const int Success = 0;

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int nvmlInit_v2();

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int nvmlDeviceGetCount_v2(out uint count);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int nvmlDeviceGetHandleByIndex_v2(uint index, out nint device);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int nvmlDeviceGetMemoryInfo(nint device, out Memory memory);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int nvmlDeviceGetUtilizationRates(nint device, out Utilization utilization);

    /// <summary>nvmlMemory_t, in bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Memory
    {
        public ulong Total;
        public ulong Free;
        public ulong Used;
    }

    /// <summary>nvmlUtilization_t, in percent.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Utilization
    {
        public uint Gpu;
        public uint Memory;
    }
}
