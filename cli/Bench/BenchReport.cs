using System.Text.Json.Serialization;
using Streaming.Cli.Measuring;

namespace Streaming.Cli.Bench;

/// <summary>How a benchmark went.</summary>
internal sealed record BenchReport(
    string Mode,
    string Machine,
    string Versions,
    string Date,
    string Model,
    string Detector,
    string Device,
    string Precision,
    string Input,
    int ShortEdge,
    int BatchMax,
    double BatchMaxDelayMs,
    double WarmupS,
    BenchTrialReport Result,
    DensityReport? StreamDensity);

/// <summary>One measurement.</summary>
internal sealed record BenchTrialReport(
    int Streams,
    double? TargetFps,
    double DurationS,
    long Frames,
    double ThroughputFps,
    SpreadReport PerStreamFps,
    PercentileReport LatencyMs,
    IReadOnlyDictionary<string, PercentileReport> StagesMs,
    IReadOnlyDictionary<string, double> Busy,
    string Limit,
    double MeanBatch,
    double DetectionsPerFrame,
    IReadOnlyDictionary<string, long> Dropped,
    IReadOnlyDictionary<string, long> Failed,
    double CpuMsPerFrame,
    double AllocatedKbPerFrame,
    double RssPeakMb)
{
    /// <summary>Whether every stream kept its rate, nothing was lost, and 99 of 100 frames came in time.</summary>
    public bool Holds(double budgetMs)
    {
        return PerStreamFps.Min >= 0.99 * TargetFps
            && LatencyMs.P99 <= budgetMs
            && Dropped.Values.Sum() + Failed.Values.Sum() == 0;
    }
}

/// <summary>The most streams that a machine holds.</summary>
internal sealed record DensityReport(
    double Fps, int Streams, double BudgetMs, string Criterion, IReadOnlyList<BenchTrialReport> Trials);

/// <summary>Least, middle and greatest.</summary>
internal sealed record SpreadReport(double Min, double P50, double Max);

/// <summary>Percentiles.</summary>
internal sealed record PercentileReport(double P50, double P90, double P95, double P99, double Max)
{
    /// <summary>Those of a histogram, in milliseconds.</summary>
    public static PercentileReport Of(TimeHistogram times)
    {
        return new PercentileReport(At(0.5), At(0.9), At(0.95), At(0.99), At(1));

        double At(double share)
        {
            return Math.Round(times.Percentile(share).TotalMilliseconds, 3);
        }
    }

    /// <summary>Of each stage.</summary>
    public static IReadOnlyDictionary<string, PercentileReport> OfStages(StageTimes times)
    {
        return new Dictionary<string, PercentileReport>
        {
            ["decode"] = Of(times.Decode),
            ["preprocess"] = Of(times.Preprocess),
            ["batch_wait"] = Of(times.BatchWait),
            ["infer"] = Of(times.Infer),
            ["postprocess"] = Of(times.Postprocess),
            ["emit"] = Of(times.Emit),
        };
    }
}

/// <summary>Serialisation without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DictionaryKeyPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true)]
[JsonSerializable(typeof(BenchReport))]
internal sealed partial class BenchJson : JsonSerializerContext;
