using System.Collections.Concurrent;
using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging;
using Prometheus;
using Streaming.Model;
using Streaming.Pipeline.Batching;
using Streaming.Pipeline.Flow;
using Streaming.Pipeline.Metrics;
using Streaming.Pipeline.Supervision;
using Streaming.Stages.Frames;
using Streaming.Stages.Infer;
using Streaming.Stages.Postprocess;
using Streaming.Stages.Preprocess;

namespace Streaming.Pipeline.Graph;

/// <summary>
/// The TPL Dataflow graph that all sources share. Its rules: a delegate never throws for a frame (Dataflow would drop what is
/// queued, undisposed); order is kept by every block; buffers are bounded, and credits keep them from ever filling up.
/// </summary>
internal sealed class FrameGraph : IDisposable
{
    private readonly ImagePreprocessor _preprocessor;
    private readonly DetectionBuilder _builder;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly PipelineMetrics _metrics;
    private readonly (Histogram.Child Decode, Histogram.Child Preprocess, Histogram.Child Detect, Histogram.Child Postprocess, Histogram.Child BatchWait) _durations;

    /// <summary>Networks that have no batch at the moment. There are as many as the detect block works on batches at once.</summary>
    private readonly ConcurrentBag<DetectWorker> _idle;

    private readonly DedicatedThreads _detectThreads;
    private readonly DynamicBatcher _batcher;
    private readonly TransformBlock<WorkItem, WorkItem> _preprocess;
    private readonly ActionBlock<WorkItem> _batch;
    private readonly ActionBlock<(long Number, IReadOnlyList<WorkItem> Items)> _detect;
    private readonly BatchOrder _order;
    private readonly TransformBlock<WorkItem, WorkItem> _postprocess;
    private readonly ActionBlock<WorkItem> _emit;

    /// <param name="detectors">One for each device.</param>
    /// <param name="builder">Makes detections of what they find.</param>
    /// <param name="options">Sizes and limits.</param>
    /// <param name="metrics">What is measured.</param>
    /// <param name="watchdog">Watches the detectors.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of failures.</param>
    public FrameGraph(
        IReadOnlyList<IDetector> detectors, DetectionBuilder builder, PipelineOptions options, PipelineMetrics metrics, Watchdog watchdog, TimeProvider time, ILogger logger)
    {
        (_preprocessor, _builder, _metrics, _time, _logger) = (new ImagePreprocessor(detectors[0]), builder, metrics, time, logger);
        _idle = [.. detectors.Select((detector, i) => new DetectWorker(new BatchDetector(detector, BatchFailed), watchdog.Add("detect", $"the network (worker {i})")))];
        _durations = (
            metrics.StageDuration.WithLabels("decode"),
            metrics.StageDuration.WithLabels("preprocess"),
            metrics.StageDuration.WithLabels("detect"),
            metrics.StageDuration.WithLabels("postprocess"),
            metrics.QueueWait.WithLabels("detect"));

        // More frames than all sources have credits can never be under way, so no block ever declines one.
        var capacity = options.MaxSources * options.MaxInFlight;
        var single = new ExecutionDataflowBlockOptions { BoundedCapacity = capacity };
        var parallel = new ExecutionDataflowBlockOptions { BoundedCapacity = capacity, MaxDegreeOfParallelism = options.Workers };
        _detectThreads = new DedicatedThreads(detectors.Count, "detect");
        var perDevice = new ExecutionDataflowBlockOptions { BoundedCapacity = capacity, MaxDegreeOfParallelism = detectors.Count, TaskScheduler = _detectThreads };
        var toNext = new DataflowLinkOptions { PropagateCompletion = true };

        Turns = new NetworkTurns(options.BatchSize * detectors.Count);
        _preprocess = new(Preprocess, parallel);
        _batch = new(item => _batcher!.Add(item), single);

        // It hands its results on itself. A block with an output would leave that to its scheduler, whose threads are inside the network: a batch's results would wait until the
        // next batch, which waits already, is through it too.
        _detect = new(Detect, perDevice);
        _order = new(HandOn);
        _postprocess = new(Postprocess, parallel);
        _emit = new(item => item.Source.Deliver(item), single);
        _batcher = new DynamicBatcher(options.BatchSize, options.MaxBatchDelay, detectors.Count, PostBatch, item => item.Source.End(item, FrameOutcome.Dropped(DropReason.Aborted)), time);

        _preprocess.LinkTo(_batch, toNext);
        _postprocess.LinkTo(_emit, toNext);
        Completion = CompleteAsync();
        Supervise([_preprocess, _batch, _detect, _postprocess, _emit]);
        metrics.Registry.AddBeforeCollectCallback(MeasureQueues);
    }

    /// <summary>When frames of which the newest count may enter.</summary>
    public NetworkTurns Turns { get; }

    /// <summary>Ends when every frame has left the graph after <see cref="Complete"/>; fails with the first block that fails.</summary>
    public Task Completion { get; }

    /// <summary>Hands a frame to the graph, which then owns it; false when the graph takes none any more.</summary>
    public bool Enter(WorkItem item)
    {
        return _preprocess.Post(item);
    }

    /// <summary>No frame follows.</summary>
    public void Complete()
    {
        _preprocess.Complete();
    }

    public void Dispose()
    {
        _batcher.Dispose();
        _detectThreads.Dispose();
    }

    /// <summary>
    /// One block's failure is the failure of all: a block below that no longer takes anything would otherwise leave those above it
    /// waiting for ever.
    /// </summary>
    private static void Supervise(IReadOnlyList<IDataflowBlock> blocks)
    {
        foreach (var block in blocks)
        {
            block.Completion.ContinueWith(
                completed =>
                {
                    foreach (var other in blocks)
                    {
                        other.Fault(completed.Exception!.GetBaseException());
                    }
                },
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    private async Task CompleteAsync()
    {
        await _batch.Completion.ConfigureAwait(false);
        _batcher.Flush();
        _detect.Complete();
        await _detect.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _postprocess.Complete();
        await _emit.Completion.ConfigureAwait(false);
    }

    private void MeasureQueues()
    {
        _metrics.QueueDepth.WithLabels("preprocess").Set(_preprocess.InputCount);
        _metrics.QueueDepth.WithLabels("detect").Set(_detect.InputCount);
        _metrics.QueueDepth.WithLabels("postprocess").Set(_postprocess.InputCount);
    }

    private WorkItem Preprocess(WorkItem item)
    {
        var started = _time.GetTimestamp();
        _durations.Decode.Observe(item.DecodeTime.TotalSeconds);
        try
        {
            item.Preprocessed = _preprocessor.Preprocess(item.Frame);
        }
        catch (Exception exception)
        {
            Fail(item, "preprocess", exception);
        }

        item.PreprocessedAt = _time.GetTimestamp();
        item.PreprocessTime = _time.GetElapsedTime(started, item.PreprocessedAt);
        _durations.Preprocess.Observe(item.PreprocessTime.TotalSeconds);
        return item;
    }

    private bool PostBatch(IReadOnlyList<WorkItem> batch, FlushReason reason)
    {
        _metrics.BatchFlushes.WithLabels(reason.ToString().ToLowerInvariant()).Inc();
        _metrics.BatchSize.Observe(batch.Count);
        return _detect.Post((_order.Number(), batch));
    }

    private void Detect((long Number, IReadOnlyList<WorkItem> Items) batch)
    {
        WorkItem[] ready = [.. batch.Items.Where(item => item.Preprocessed is not null)];
        if (ready.Length > 0)
        {
            Detect(ready);
        }

        _batcher.Done();
        foreach (var item in batch.Items)
        {
            item.LeaveNetwork();
        }

        _order.Done(batch.Number, batch.Items);
    }

    private void Detect(WorkItem[] ready)
    {
        // The block works on no more batches at once than there are workers, so one is idle.
        _ = _idle.TryTake(out var worker);
        var started = _time.GetTimestamp();
        worker!.Watch.Begin();
        var outcomes = worker.Detector.Detect([.. ready.Select(item => item.Preprocessed!)]);
        worker.Watch.End();
        var elapsed = _time.GetElapsedTime(started);
        _idle.Add(worker);
        Turns.Observe(elapsed);
        _metrics.Inferences.Inc(ready.Length);
        _metrics.InferenceBatches.Inc();
        _durations.Detect.Observe(elapsed.TotalSeconds);
        for (var i = 0; i < ready.Length; i++)
        {
            ready[i].Raw = outcomes[i].Detections;
            if (outcomes[i].Error is { } error)
            {
                Fail(ready[i], "detect", error);
            }

            ready[i].BatchWait = _time.GetElapsedTime(ready[i].PreprocessedAt, started);
            ready[i].InferTime = elapsed;
            ready[i].ReleasePreprocessed();
            _durations.BatchWait.Observe(ready[i].BatchWait.TotalSeconds);
        }
    }

    private void HandOn(IReadOnlyList<WorkItem> batch)
    {
        foreach (var item in batch)
        {
            if (!_postprocess.Post(item))
            {
                item.Source.End(item, FrameOutcome.Dropped(DropReason.Aborted));
            }
        }
    }

    private WorkItem Postprocess(WorkItem item)
    {
        var started = _time.GetTimestamp();
        try
        {
            item.Detections = item.Raw is { } raw ? _builder.Build(raw) : [];
        }
        catch (Exception exception)
        {
            Fail(item, "postprocess", exception);
        }

        item.PostprocessTime = _time.GetElapsedTime(started);
        _durations.Postprocess.Observe(item.PostprocessTime.TotalSeconds);
        return item;
    }

    private void Fail(WorkItem item, string stage, Exception exception)
    {
        item.Fail(stage, exception);
        PipelineLog.FrameFailed(_logger, item.ToString(), stage, exception.Message);
    }

    private void BatchFailed(Exception exception, int count)
    {
        _metrics.InferenceErrors.WithLabels(exception is DetectionException { IsOutOfMemory: true } ? "oom" : "other").Inc();
        PipelineLog.BatchFailed(_logger, exception, count);
    }

    private sealed record DetectWorker(BatchDetector Detector, Watchdog.Watch Watch);
}
