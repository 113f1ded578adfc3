using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Prometheus;
using Streaming.Model;
using Streaming.Pipeline.Flow;
using Streaming.Pipeline.Metrics;
using Streaming.Pipeline.Supervision;
using Streaming.Stages.Infer;

namespace Streaming.Pipeline.Graph;

/// <summary>Runs batches through the networks, one batch per network at a time.</summary>
internal sealed class InferStage
{
    /// <summary>
    /// Networks without a batch at the moment; never empty when a batch comes, since the block runs no more batches at once.
    /// </summary>
    private readonly ConcurrentBag<(BatchDetector Detector, Watchdog.Watch Watch)> _idle;

    private readonly Action<WorkItem[]> _detect;
    private readonly Stage _stage;
    private readonly PipelineMetrics _metrics;
    private readonly Histogram.Child _wait;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <param name="detectors">One for each device.</param>
    /// <param name="stage">Times and measures.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="watchdog">Watches the detectors.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of batches that fail.</param>
    public InferStage(
        IReadOnlyList<IDetector> detectors,
        Stage stage,
        PipelineMetrics metrics,
        Watchdog watchdog,
        TimeProvider time,
        ILogger logger)
    {
        (_stage, _metrics, _time, _logger) = (stage, metrics, time, logger);
        _detect = Detect;
        _wait = metrics.QueueWait.WithLabels("infer");
        _idle =
        [
            .. detectors.Select((detector, i) =>
                (new BatchDetector(detector, BatchFailed), watchdog.Add("infer", $"the network (worker {i})"))),
        ];
    }

    /// <summary>Finds objects in the frames of a batch that have a preprocessed image; the others pass.</summary>
    public void Run(IReadOnlyList<WorkItem> batch)
    {
        WorkItem[] ready = [.. batch.Where(item => item.Preprocessed is not null)];
        var started = _time.GetTimestamp();
        foreach (var item in ready)
        {
            var wait = _time.GetElapsedTime(item.PreprocessedAt, started);
            item.Timings = item.Timings with { BatchWait = wait };
            _wait.Observe(wait.TotalSeconds);
        }

        _metrics.BatchSize.Observe(ready.Length);
        _stage.Run(ready, _detect);
        _metrics.Inferences.Inc(ready.Length);
        _metrics.InferenceBatches.Inc();
    }

    private void Detect(WorkItem[] ready)
    {
        _ = _idle.TryTake(out var worker);
        worker.Watch.Begin();
        var outcomes = worker.Detector.Detect([.. ready.Select(item => item.Preprocessed!)]);
        worker.Watch.End();
        _idle.Add(worker);
        for (var i = 0; i < ready.Length; i++)
        {
            ready[i].Raw = outcomes[i].Detections;
            ready[i].ReleasePreprocessed();
            if (outcomes[i].Error is { } error)
            {
                _stage.Fail(ready[i], error);
            }
        }
    }

    private void BatchFailed(Exception exception, int count)
    {
        _metrics.InferenceErrors.WithLabels(exception is DetectionException { IsOutOfMemory: true } ? "oom" : "other").Inc();
        PipelineLog.BatchFailed(_logger, exception, count);
    }
}
