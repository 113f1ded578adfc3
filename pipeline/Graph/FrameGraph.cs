using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging;
using Streaming.Model;
using Streaming.Model.Masks;
using Streaming.Pipeline.Batching;
using Streaming.Pipeline.Flow;
using Streaming.Pipeline.Metrics;
using Streaming.Pipeline.Supervision;
using Streaming.Stages.Frames;
using Streaming.Stages.Preprocess;

namespace Streaming.Pipeline.Graph;

/// <summary>
/// The TPL Dataflow graph that all sources share, from admission to the sources' outlets. Its rules: a delegate never throws for
/// a frame, order is kept by every block, and buffers are bounded by the leases, so that no block ever declines a frame.
/// </summary>
internal sealed class FrameGraph : IDisposable
{
    private readonly PipelineMetrics _metrics;
    private readonly DedicatedThreads _inferThreads;
    private readonly TransformBlock<WorkItem, WorkItem> _preprocess;
    private readonly ActionBlock<WorkItem> _batch;
    private readonly DynamicBatcher _batcher;
    private readonly ActionBlock<(long Number, IReadOnlyList<WorkItem> Items)> _infer;
    private readonly BatchOrder _order;
    private readonly TransformBlock<WorkItem, WorkItem> _postprocess;
    private readonly ActionBlock<WorkItem> _emit;

    /// <param name="detectors">One for each device.</param>
    /// <param name="builder">Makes detections from what they find.</param>
    /// <param name="options">Sizes and limits.</param>
    /// <param name="metrics">What is measured.</param>
    /// <param name="watchdog">Watches the detectors.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of failures.</param>
    public FrameGraph(
        IReadOnlyList<IDetector> detectors,
        DetectionBuilder builder,
        PipelineOptions options,
        PipelineMetrics metrics,
        Watchdog watchdog,
        TimeProvider time,
        ILogger logger)
    {
        _metrics = metrics;
        _inferThreads = new DedicatedThreads(detectors.Count, "infer");
        var decode = metrics.StageDuration.WithLabels("decode");
        var preprocessor = new ImagePreprocessor(detectors[0]);
        var preprocess = NewStage("preprocess", (timings, elapsed) => timings with { Preprocess = elapsed });
        var infer = new InferStage(
            detectors,
            NewStage("infer", (timings, elapsed) => timings with { Infer = elapsed }),
            metrics,
            watchdog,
            time,
            logger);
        var postprocess = NewStage("postprocess", (timings, elapsed) => timings with { Postprocess = elapsed });

        // More frames than all sources have credits can never be in flight.
        var capacity = options.MaxSources * options.MaxInFlight;
        var single = new ExecutionDataflowBlockOptions { BoundedCapacity = capacity };
        var parallel = new ExecutionDataflowBlockOptions { BoundedCapacity = capacity, MaxDegreeOfParallelism = options.Workers };
        var perDevice = new ExecutionDataflowBlockOptions
        {
            BoundedCapacity = capacity,
            MaxDegreeOfParallelism = detectors.Count,
            TaskScheduler = _inferThreads,
        };

        // Decode: each source reads on a thread of its own and asks for admission; a gate sees each admitted frame first.
        Func<WorkItem, bool> enter = item => _preprocess!.Post(item);
        Admission = new Admission(
            options.BatchSize * detectors.Count, options.Workers, item => item.Owner.Enter(item, enter), time);

        // Preprocess: on all cores.
        Action<WorkItem> resize = item => item.Preprocessed = preprocessor.Preprocess(item.Frame);
        _preprocess = new(
            item =>
            {
                decode.Observe(item.Timings.Decode.TotalSeconds);
                preprocess.Run(item, resize);
                item.PreprocessedAt = time.GetTimestamp();
                return item;
            },
            parallel);

        // Batch: by size or deadline, of one padded shape.
        _batch = new(item => _batcher!.Add(item), single);
        _batcher = new DynamicBatcher(options.BatchSize, options.MaxBatchDelay, detectors.Count, PostBatch, PassBy, time);

        // Infer: one worker a device. It hands its results on itself: a block with an output would leave that to its scheduler,
        // whose threads are inside the network, so that a batch's results would wait until the next batch is through as well.
        _infer = new(batch => Infer(infer, batch.Number, batch.Items), perDevice);
        _order = new BatchOrder(HandOn);

        // Postprocess: on all cores.
        Action<WorkItem> paste = item => item.Detections = item.Raw is { } raw ? builder.Build(raw) : [];
        _postprocess = new(item => postprocess.Run(item, paste), parallel);

        // Emit: each source's outlet has a queue of its own.
        _emit = new(Emit, single);

        var toNext = new DataflowLinkOptions { PropagateCompletion = true };
        _preprocess.LinkTo(_batch, toNext);
        _postprocess.LinkTo(_emit, toNext);
        Completion = CompleteAsync();
        Supervise([_preprocess, _batch, _infer, _postprocess, _emit]);
        metrics.Registry.AddBeforeCollectCallback(MeasureQueues);

        Stage NewStage(string name, Func<FrameTimings, TimeSpan, FrameTimings> record)
        {
            return new Stage(name, record, metrics.StageDuration.WithLabels(name), time, logger);
        }
    }

    /// <summary>Lets frames enter.</summary>
    public Admission Admission { get; }

    /// <summary>
    /// Ends when every frame has left the graph after <see cref="Complete"/>; fails with the first block that fails.
    /// </summary>
    public Task Completion { get; }

    /// <summary>Frames (for infer: batches) that wait, by stage.</summary>
    public IReadOnlyList<(string Stage, int Waiting)> Queues =>
    [
        ("preprocess", _preprocess.InputCount), ("infer", _infer.InputCount), ("postprocess", _postprocess.InputCount),
    ];

    /// <summary>No frame follows.</summary>
    public void Complete()
    {
        _preprocess.Complete();
    }

    public void Dispose()
    {
        _batcher.Dispose();
        _inferThreads.Dispose();
    }

    /// <summary>
    /// When one block fails, all fail: a block that takes nothing more would otherwise leave those before it
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
        _infer.Complete();
        await _infer.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _postprocess.Complete();
        await _emit.Completion.ConfigureAwait(false);
    }

    private bool PostBatch(IReadOnlyList<WorkItem> batch, FlushReason reason)
    {
        _metrics.BatchFlushes.WithLabels(reason.ToString().ToLowerInvariant()).Inc();
        var number = _order.Number();
        if (_infer.Post((number, batch)))
        {
            return true;
        }

        // Its number must not keep the others waiting.
        _order.Done(number, batch);
        return false;
    }

    /// <summary>A frame that the network does not see needs no device, but keeps its place.</summary>
    private void PassBy(WorkItem item)
    {
        _order.Done(_order.Number(), [item]);
    }

    private void Infer(InferStage stage, long number, IReadOnlyList<WorkItem> batch)
    {
        stage.Run(batch);
        _batcher.Done();
        foreach (var item in batch)
        {
            item.Lease?.LeaveNetwork();
        }

        _order.Done(number, batch);
    }

    private void HandOn(IReadOnlyList<WorkItem> batch)
    {
        foreach (var item in batch)
        {
            if (!_postprocess.Post(item))
            {
                item.Owner.End(item, FrameOutcome.Dropped(DropReason.Aborted));
            }
        }
    }

    private static void Emit(WorkItem item)
    {
        item.Lease?.LeaveGraph();
        item.Owner.Deliver(item);
    }

    private void MeasureQueues()
    {
        foreach (var (stage, waiting) in Queues)
        {
            _metrics.QueueDepth.WithLabels(stage).Set(waiting);
        }
    }
}
