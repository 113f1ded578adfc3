using Streaming.Cli.Measuring;
using Streaming.Pipeline;
using Streaming.Server.Machine;

namespace Streaming.Cli.Running;

/// <summary>Sees every few seconds how busy the stages of a pipeline were, and with it what limits it.</summary>
internal sealed class LoadMeter : IDisposable
{
    /// <summary>The time between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>A stage that is busy for a greater share of the time holds the others up.</summary>
    private const double Limit = 0.9;

    private static readonly string[] Stages = ["decode", "preprocess", "infer", "postprocess", "emit"];

    private readonly VideoPipeline _pipeline;
    private readonly int _workers;
    private readonly int _devices;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private Look _last;
    private volatile Load _load = new(Stages.ToDictionary(stage => stage, double? (_) => null), null);

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="workers">Threads of the stages beside the network.</param>
    /// <param name="devices">That the network runs on.</param>
    /// <param name="time">The clock.</param>
    public LoadMeter(VideoPipeline pipeline, int workers, int devices, TimeProvider time)
    {
        (_pipeline, _workers, _devices, _time) = (pipeline, workers, devices, time);
        _last = See();
        _timer = time.CreateTimer(_ => Measure(), null, Interval, Interval);
    }

    /// <summary>Frames in a batch on average over the last interval; null when there was none.</summary>
    public double? MeanBatch => _load.MeanBatch;

    /// <summary>How busy each stage was in the last interval, and what waits before it now.</summary>
    public IReadOnlyList<StageReport> Read()
    {
        var (load, queues) = (_load.Stages, _pipeline.Queues.ToDictionary(queue => queue.Stage, int? (queue) => queue.Waiting));
        var busiest = load.MaxBy(stage => stage.Value ?? 0);
        return
        [
            .. Stages.Select(stage => new StageReport(
                stage, load[stage], queues.GetValueOrDefault(stage), stage == busiest.Key && busiest.Value >= Limit)),
        ];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
    }

    private void Measure()
    {
        var (now, before) = (See(), _last);
        _last = now;
        var running = _pipeline.Sources.Count(source => source.Status.State == SourceState.Running);
        var load = StageLoad.Show(StageLoad.Of(
            Stages.ToDictionary(stage => stage, stage => now.Busy[stage] - before.Busy[stage]),
            _time.GetElapsedTime(before.At, now.At).TotalSeconds,
            Math.Max(running, 1),
            _devices,
            _workers));
        var batches = now.Batches - before.Batches;
        _load = new Load(
            load.ToDictionary(stage => stage.Key, double? (stage) => stage.Value),
            batches > 0 ? Math.Round((now.Frames - before.Frames) / batches, 2) : null);
    }

    private Look See()
    {
        var (batches, frames) = _pipeline.Metrics.Batches;
        return new Look(
            _time.GetTimestamp(),
            Stages.ToDictionary(stage => stage, stage => _pipeline.Metrics.StageDuration.WithLabels(stage).Sum),
            batches,
            frames);
    }

    /// <summary>What was counted up to a moment.</summary>
    private sealed record Look(long At, IReadOnlyDictionary<string, double> Busy, double Batches, double Frames);

    private sealed record Load(IReadOnlyDictionary<string, double?> Stages, double? MeanBatch);
}
