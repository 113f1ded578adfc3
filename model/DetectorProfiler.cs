using Streaming.Config.Run;
using Streaming.Model.Ops;
using Streaming.Model.Profiling;
using Streaming.Model.Structures;
using TorchSharp;
using static TorchSharp.torch;

namespace Streaming.Model;

/// <summary>Where the time of a batch goes.</summary>
/// <param name="Seconds">Of a batch, from preprocessed images to detections: the middle of all runs.</param>
/// <param name="Parts">Of each part, in the run that took that long.</param>
/// <param name="GigaOperations">Of a batch: convolutions and matrix products only.</param>
/// <param name="GigaBytes">Least that these operations read and write.</param>
/// <param name="Ceiling">
/// Giga-operations a second of one large convolution in the same process, before and after; the better one.
/// </param>
/// <param name="MemoryCeiling">Gigabytes a second of copying a large tensor in the same process, read and written.</param>
internal sealed record DetectorProfile(
    double Seconds,
    IReadOnlyDictionary<NetworkPart, double> Parts,
    double GigaOperations,
    double GigaBytes,
    double Ceiling,
    double MemoryCeiling)
{
    /// <summary>Giga-operations a second that were reached.</summary>
    public double Speed => GigaOperations / Seconds;
}

/// <summary>Measures a detector, part by part.</summary>
internal static class DetectorProfiler
{
    private const int CeilingRuns = 5;

    /// <summary>Measures.</summary>
    /// <param name="detector">The detector.</param>
    /// <param name="images">A batch.</param>
    /// <param name="runs">How often; one more beforehand does not count.</param>
    /// <param name="precision">Of the detector, for the ceiling.</param>
    /// <param name="time">The clock.</param>
    public static DetectorProfile Measure(
        Detector detector, IReadOnlyList<PreprocessedImage> images, int runs, Precision precision, TimeProvider time)
    {
        var bench = new Bench(detector.Device, time);
        var ceiling = bench.Ceiling(precision);
        detector.Detect(images);
        var measured = new List<(double Seconds, NetworkProfile Profile)>();
        for (var i = 0; i < runs; i++)
        {
            var started = time.GetTimestamp();
            using var profile = new NetworkProfile(time, bench.Wait);
            detector.Detect(images);
            profile.Dispose();
            measured.Add((time.GetElapsedTime(started).TotalSeconds, profile));
        }

        var (seconds, middle) = measured.OrderBy(run => run.Seconds).ElementAt(runs / 2);
        return new DetectorProfile(
            bench.IsGpu ? Middle(detector, images, runs, time) : seconds,
            middle.Times.ToDictionary(item => item.Key, item => item.Value.TotalSeconds),
            middle.Operations / 1e9,
            middle.Bytes / 1e9,
            Math.Max(ceiling, bench.Ceiling(precision)),
            bench.Memory());
    }

    /// <summary>The middle time of runs in which nothing waits in between.</summary>
    private static double Middle(Detector detector, IReadOnlyList<PreprocessedImage> images, int runs, TimeProvider time)
    {
        var seconds = new List<double>();
        for (var i = 0; i < runs; i++)
        {
            var started = time.GetTimestamp();
            detector.Detect(images);
            seconds.Add(time.GetElapsedTime(started).TotalSeconds);
        }

        return seconds.Order().ElementAt(runs / 2);
    }

    /// <summary>What a device can do.</summary>
    private sealed class Bench(Device device, TimeProvider time)
    {
        public bool IsGpu => device.type == DeviceType.CUDA;

        public void Wait()
        {
            if (IsGpu)
            {
                cuda.synchronize(device);
            }
        }

        /// <summary>Giga-operations a second of a 3x3 convolution with 256 channels on 200x336 pixels, channels last.</summary>
        public double Ceiling(Precision precision)
        {
            using var scope = NewDisposeScope();
            using var mode = inference_mode();
            var type = MixedPrecision.TypeOf(precision);
            var input = rand(1, 256, 200, 336, device: device).ToChannelsLast().to(type);
            var weight = rand(256, 256, 3, 3, device: device).ToChannelsLast().to(type);
            var best = Best(() => nn.functional.conv2d(input, weight, padding: [1, 1]).Dispose());
            return 2.0 * 256 * 256 * 9 * 200 * 336 / 1e9 / best;
        }

        public double Memory()
        {
            using var scope = NewDisposeScope();
            var (from, to) = (zeros(64 << 20, device: device), zeros(64 << 20, device: device));
            return 2.0 * from.numel() * from.element_size() / 1e9 / Best(() => to.copy_(from));
        }

        /// <summary>The shortest of some runs in seconds; the first does not count.</summary>
        private double Best(Action run)
        {
            var best = double.MaxValue;
            for (var i = 0; i <= CeilingRuns; i++)
            {
                Wait();
                var started = time.GetTimestamp();
                run();
                Wait();
                best = i == 0 ? best : Math.Min(best, time.GetElapsedTime(started).TotalSeconds);
            }

            return best;
        }
    }
}
