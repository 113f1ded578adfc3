namespace Streaming.Cli.Measuring;

/// <summary>How busy each stage was, and with it what holds the pipeline up.</summary>
internal static class StageLoad
{
    /// <summary>What is said when every frame of the given rate came through: no stage is the limit.</summary>
    public const string Sources = "sources";

    private const double EnoughOfTheRate = 0.99;

    /// <summary>The share of the time in which a stage's workers were busy, by stage; 1 is all the time.</summary>
    /// <param name="times">All frames.</param>
    /// <param name="seconds">Measured.</param>
    /// <param name="streams">Each decodes and writes on its own.</param>
    /// <param name="devices">That the network runs on.</param>
    /// <param name="workers">Of the stages beside the network.</param>
    /// <param name="meanBatch">Frames in a batch.</param>
    public static IReadOnlyDictionary<string, double> Of(
        StageTimes times, double seconds, int streams, int devices, int workers, double meanBatch)
    {
        var busy = new Dictionary<string, double>
        {
            ["decode"] = times.Decode.Sum.TotalSeconds,
            ["preprocess"] = times.Preprocess.Sum.TotalSeconds,
            ["infer"] = times.Infer.Sum.TotalSeconds / Math.Max(meanBatch, 1),
            ["postprocess"] = times.Postprocess.Sum.TotalSeconds,
            ["emit"] = times.Emit.Sum.TotalSeconds,
        };
        return Of(busy, seconds, streams, devices, workers);
    }

    /// <summary>The same from the seconds that each stage was busy: for the network those of its batches.</summary>
    /// <param name="busy">By stage.</param>
    /// <param name="seconds">Measured.</param>
    /// <param name="streams">Each decodes and writes on its own.</param>
    /// <param name="devices">That the network runs on.</param>
    /// <param name="workers">Of the stages beside the network.</param>
    public static IReadOnlyDictionary<string, double> Of(
        IReadOnlyDictionary<string, double> busy, double seconds, int streams, int devices, int workers)
    {
        return busy.ToDictionary(stage => stage.Key, stage => stage.Value / seconds / Among(stage.Key));

        int Among(string stage)
        {
            return stage is "decode" or "emit" ? streams : stage == "infer" ? devices : workers;
        }
    }

    /// <summary>
    /// Loads as a report shows them: work that began before the measured time can make one a little more than 1.
    /// </summary>
    public static IReadOnlyDictionary<string, double> Show(IReadOnlyDictionary<string, double> load)
    {
        return load.ToDictionary(stage => stage.Key, stage => Math.Round(Math.Min(stage.Value, 1), 3));
    }

    /// <summary>The busiest stage, or <see cref="Sources"/>.</summary>
    /// <param name="load">By stage; 1 is all the time.</param>
    /// <param name="rate">The rate that the sources came at together; null when they came as fast as they were taken.</param>
    /// <param name="throughput">What came through.</param>
    public static string Limit(IReadOnlyDictionary<string, double> load, double? rate, double throughput)
    {
        return throughput >= EnoughOfTheRate * rate ? Sources : load.MaxBy(stage => stage.Value).Key;
    }
}
