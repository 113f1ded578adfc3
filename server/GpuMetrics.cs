using System.Globalization;
using System.Runtime.InteropServices;
using Prometheus;

namespace Streaming.Server;

/// <summary>
/// Memory and load of NVIDIA's GPUs, asked of the driver (NVML) whenever somebody reads the metrics. Without a driver there are no such
/// series.
/// </summary>
internal static partial class GpuMetrics
{
    private const string Library = "libnvidia-ml.so.1";
    private const int Success = 0;

    /// <summary>Keeps two gauges of a registry up to date, if there is a driver.</summary>
    /// <returns>How many GPUs it has.</returns>
    public static int Register(CollectorRegistry registry)
    {
        var gauges = new Gauges(registry);
        if (!NativeLibrary.TryLoad(Library, out _) || nvmlInit_v2() != Success || nvmlDeviceGetCount_v2(out var count) != Success)
        {
            return 0;
        }

        registry.AddBeforeCollectCallback(() => Measure(gauges, count));
        return (int)count;
    }

    private static void Measure(Gauges gauges, uint count)
    {
        for (var i = 0u; i < count; i++)
        {
            var gpu = i.ToString(CultureInfo.InvariantCulture);
            if (nvmlDeviceGetHandleByIndex_v2(i, out var device) != Success)
            {
                continue;
            }

            if (nvmlDeviceGetMemoryInfo(device, out var memory) == Success)
            {
                gauges.Memory.WithLabels(gpu, "used").Set(memory.Used);
                gauges.Memory.WithLabels(gpu, "total").Set(memory.Total);
            }

            if (nvmlDeviceGetUtilizationRates(device, out var utilization) == Success)
            {
                gauges.Utilization.WithLabels(gpu).Set(utilization.Gpu / 100.0);
            }
        }
    }

    /// <summary>The gauges; they exist on every machine, so that dashboards find them.</summary>
    internal sealed class Gauges(CollectorRegistry registry)
    {
        public Gauge Memory { get; } = Metrics.WithCustomRegistry(registry)
            .CreateGauge("streaming_gpu_memory_bytes", "The GPU's memory: used by all programs, or total.", "gpu", "kind");

        public Gauge Utilization { get; } = Metrics.WithCustomRegistry(registry)
            .CreateGauge("streaming_gpu_utilization_ratio", "Share of the time in which the GPU worked, 0 to 1.", "gpu");
    }

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int nvmlInit_v2();

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int nvmlDeviceGetCount_v2(out uint count);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int nvmlDeviceGetHandleByIndex_v2(uint index, out nint device);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int nvmlDeviceGetMemoryInfo(nint device, out Memory memory);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int nvmlDeviceGetUtilizationRates(nint device, out Utilization utilization);

    /// <summary>nvmlMemory_t, in bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Memory
    {
        public ulong Total;
        public ulong Free;
        public ulong Used;
    }

    /// <summary>nvmlUtilization_t, in percent.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Utilization
    {
        public uint Gpu;
        public uint Memory;
    }
}
