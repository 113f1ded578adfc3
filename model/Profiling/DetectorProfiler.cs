using Streaming.Config.Run;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Profiling;

/// <summary>Where the time of a batch goes.</summary>
/// <param name="Seconds">Of a batch, from prepared images to detections: the middle of all runs.</param>
/// <param name="Parts">Of each part, in the run that took that long.</param>
/// <param name="GigaOperations">Of a batch: convolutions and matrix products only.</param>
/// <param name="GigaOperationsPerSecond">Reached.</param>
/// <param name="Ceiling">What one large convolution reaches in the same process, before and after; the better one.</param>
public sealed record DetectorProfile(
    double Seconds, IReadOnlyDictionary<NetworkPart, double> Parts, double GigaOperations, double GigaOperationsPerSecond, double Ceiling);

/// <summary>Measures a detector on the CPU, part by part.</summary>
public static class DetectorProfiler
{
    private const int CeilingRuns = 5;

    /// <summary>Measures.</summary>
    /// <param name="detector">The detector.</param>
    /// <param name="images">A batch.</param>
    /// <param name="runs">How often; one more beforehand does not count.</param>
    /// <param name="precision">Of the detector, for the ceiling.</param>
    /// <param name="time">The clock.</param>
    public static DetectorProfile Measure(Detector detector, IReadOnlyList<PreparedImage> images, int runs, Precision precision, TimeProvider time)
    {
        var ceiling = MeasureCeiling(precision, time);
        detector.Detect(images);
        var measured = new List<(double Seconds, NetworkProfile Profile)>();
        for (var i = 0; i < runs; i++)
        {
            var started = time.GetTimestamp();
            using var profile = new NetworkProfile(time);
            detector.Detect(images);
            profile.Dispose();
            measured.Add((time.GetElapsedTime(started).TotalSeconds, profile));
        }

        var (seconds, middle) = measured.OrderBy(run => run.Seconds).ElementAt(runs / 2);
        return new DetectorProfile(
            seconds,
            middle.Times.ToDictionary(item => item.Key, item => item.Value.TotalSeconds),
            middle.Operations / 1e9,
            middle.Operations / 1e9 / seconds,
            Math.Max(ceiling, MeasureCeiling(precision, time)));
    }

    /// <summary>Giga-operations a second of a 3x3 convolution with 256 channels on 200x336 pixels, channels last.</summary>
    private static double MeasureCeiling(Precision precision, TimeProvider time)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        var type = precision == Precision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var input = rand(1, 256, 200, 336).ToChannelsLast().to(type);
        var weight = rand(256, 256, 3, 3).ToChannelsLast().to(type);
        var best = double.MaxValue;
        for (var i = 0; i <= CeilingRuns; i++)
        {
            var started = time.GetTimestamp();
            using var output = nn.functional.conv2d(input, weight, padding: [1, 1]);
            best = i == 0 ? best : Math.Min(best, time.GetElapsedTime(started).TotalSeconds);
        }

        return 2.0 * 256 * 256 * 9 * 200 * 336 / 1e9 / best;
    }
}
