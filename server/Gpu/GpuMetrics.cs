using System.Globalization;
using System.Runtime.InteropServices;
using Prometheus;

namespace Streaming.Server.Gpu;

/// <summary>
/// Memory and load of NVIDIA's GPUs, asked of the driver whenever the metrics are read. Without a driver the series are absent.
/// </summary>
internal static class GpuMetrics
{
    /// <summary>Adds two gauges to a registry and, if there is a driver, keeps them up to date.</summary>
    /// <returns>The number of GPUs that the driver reports.</returns>
    public static int Register(CollectorRegistry registry)
    {
        var gauges = new Gauges(registry);
        if (!NativeLibrary.TryLoad(Nvml.Library, out _)
            || Nvml.nvmlInit_v2() != Nvml.Success
            || Nvml.nvmlDeviceGetCount_v2(out var count) != Nvml.Success)
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
            if (Nvml.nvmlDeviceGetHandleByIndex_v2(i, out var device) != Nvml.Success)
            {
                continue;
            }

            if (Nvml.nvmlDeviceGetMemoryInfo(device, out var memory) == Nvml.Success)
            {
                gauges.Memory.WithLabels(gpu, "used").Set(memory.Used);
                gauges.Memory.WithLabels(gpu, "total").Set(memory.Total);
            }

            if (Nvml.nvmlDeviceGetUtilizationRates(device, out var utilization) == Nvml.Success)
            {
                gauges.Utilization.WithLabels(gpu).Set(utilization.Gpu / 100.0);
            }
        }
    }

    /// <summary>The gauges; they exist on every machine, so that dashboards find them.</summary>
    internal sealed class Gauges(CollectorRegistry registry)
    {
        public Gauge Memory { get; } = Prometheus.Metrics.WithCustomRegistry(registry)
            .CreateGauge("streaming_gpu_memory_bytes", "The GPU's memory: used by all programs, or total.", "gpu", "kind");

        public Gauge Utilization { get; } = Prometheus.Metrics.WithCustomRegistry(registry)
            .CreateGauge("streaming_gpu_utilization_ratio", "Share of the time in which the GPU worked, 0 to 1.", "gpu");
    }
}
