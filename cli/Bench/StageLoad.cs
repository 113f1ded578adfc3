using Streaming.Stages.Frames;

namespace Streaming.Cli.Bench;

/// <summary>How busy each stage was, and with it what holds the pipeline up.</summary>
internal static class StageLoad
{
    /// <summary>What is said when every frame of the given rate came through: no stage is the limit.</summary>
    public const string Sources = "sources";

    private const double EnoughOfTheRate = 0.99;

    /// <summary>The share of the time in which a stage's workers were busy, 0 to 1, by stage.</summary>
    /// <param name="frames">All frames.</param>
    /// <param name="written">Time spent writing them.</param>
    /// <param name="seconds">Measured.</param>
    /// <param name="streams">Each decodes and writes on its own.</param>
    /// <param name="devices">That the network runs on.</param>
    /// <param name="workers">Of the stages beside the network.</param>
    /// <param name="meanBatch">Frames in a batch.</param>
    public static IReadOnlyDictionary<string, double> Of(
        IReadOnlyCollection<FrameTimings> frames, TimeSpan written, double seconds, int streams, int devices, int workers,
        double meanBatch)
    {
        return new Dictionary<string, double>
        {
            ["decode"] = Share(frames.Sum(frame => frame.Decode.TotalSeconds), streams),
            ["preprocess"] = Share(frames.Sum(frame => frame.Preprocess.TotalSeconds), workers),
            ["infer"] = Share(frames.Sum(frame => frame.Infer.TotalSeconds) / Math.Max(meanBatch, 1), devices),
            ["postprocess"] = Share(frames.Sum(frame => frame.Postprocess.TotalSeconds), workers),
            ["emit"] = Share(written.TotalSeconds, streams),
        };

        double Share(double busy, int among)
        {
            return Math.Round(Math.Min(busy / seconds / among, 1), 3);
        }
    }

    /// <summary>The busiest stage, or <see cref="Sources"/>.</summary>
    /// <param name="load">See <see cref="Of"/>.</param>
    /// <param name="rate">The rate that the sources came at together; null when they came as fast as they were taken.</param>
    /// <param name="throughput">What came through.</param>
    public static string Limit(IReadOnlyDictionary<string, double> load, double? rate, double throughput)
    {
        // A source with a rate waits for its turn while it decodes.
        return throughput >= EnoughOfTheRate * rate
            ? Sources
            : load.Where(stage => rate is null || stage.Key != "decode").MaxBy(stage => stage.Value).Key;
    }
}
