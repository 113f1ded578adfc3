using System.Threading.Tasks.Dataflow;
using Streaming.Pipeline.Batching;
using Streaming.Pipeline.Flow;
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
    private readonly ImagePreparer _preparer;
    private readonly BatchDetector _detector;
    private readonly DetectionBuilder _builder;
    private readonly TimeProvider _time;
    private readonly DynamicBatcher _batcher;
    private readonly TransformBlock<WorkItem, WorkItem> _prepare;
    private readonly ActionBlock<WorkItem> _batch;
    private readonly TransformManyBlock<IReadOnlyList<WorkItem>, WorkItem> _detect;
    private readonly TransformBlock<WorkItem, WorkItem> _postprocess;
    private readonly ActionBlock<WorkItem> _emit;

    /// <param name="stages">The stages' work, in order.</param>
    /// <param name="options">Sizes and limits.</param>
    /// <param name="time">The clock.</param>
    public FrameGraph((ImagePreparer Prepare, BatchDetector Detect, DetectionBuilder Build) stages, PipelineOptions options, TimeProvider time)
    {
        ((_preparer, _detector, _builder), _time) = (stages, time);
        // More frames than all sources have credits can never be under way, so no block ever declines one.
        var capacity = options.MaxSources * options.MaxInFlight;
        var parallel = new ExecutionDataflowBlockOptions { BoundedCapacity = capacity, MaxDegreeOfParallelism = options.Workers };
        var single = new ExecutionDataflowBlockOptions { BoundedCapacity = capacity };
        var toNext = new DataflowLinkOptions { PropagateCompletion = true };

        _prepare = new(Prepare, parallel);
        _batch = new(item => _batcher!.Add(item), single);
        _detect = new(Detect, single);
        _postprocess = new(Postprocess, parallel);
        _emit = new(item => item.Source.Deliver(item), single);
        _batcher = new DynamicBatcher(
            options.BatchSize, options.MaxBatchDelay, (batch, _) => _detect.Post(batch), item => item.Source.End(item, FrameOutcome.Dropped("aborted")), time);

        _prepare.LinkTo(_batch, toNext);
        _detect.LinkTo(_postprocess, toNext);
        _postprocess.LinkTo(_emit, toNext);
        Completion = CompleteAsync();
        Supervise([_prepare, _batch, _detect, _postprocess, _emit]);
    }

    /// <summary>Ends when every frame has left the graph after <see cref="Complete"/>; fails with the first block that fails.</summary>
    public Task Completion { get; }

    /// <summary>Hands a frame to the graph, which then owns it; false when the graph takes none any more.</summary>
    public bool Enter(WorkItem item)
    {
        return _prepare.Post(item);
    }

    /// <summary>No frame follows.</summary>
    public void Complete()
    {
        _prepare.Complete();
    }

    public void Dispose()
    {
        _batcher.Dispose();
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
        await _emit.Completion.ConfigureAwait(false);
    }

    private WorkItem Prepare(WorkItem item)
    {
        var started = _time.GetTimestamp();
        try
        {
            item.Prepared = _preparer.Prepare(item.Frame);
        }
        catch (Exception exception)
        {
            item.Fail("preprocess", exception);
        }

        item.PreparedAt = _time.GetTimestamp();
        item.PrepareTime = _time.GetElapsedTime(started, item.PreparedAt);
        return item;
    }

    private IReadOnlyList<WorkItem> Detect(IReadOnlyList<WorkItem> batch)
    {
        var started = _time.GetTimestamp();
        WorkItem[] ready = [.. batch.Where(item => item.Prepared is not null)];
        var outcomes = ready.Length == 0 ? [] : _detector.Detect([.. ready.Select(item => item.Prepared!)]);
        var elapsed = _time.GetElapsedTime(started);
        for (var i = 0; i < ready.Length; i++)
        {
            ready[i].Raw = outcomes[i].Detections;
            if (outcomes[i].Error is { } error)
            {
                ready[i].Fail("detect", error);
            }

            ready[i].BatchWait = _time.GetElapsedTime(ready[i].PreparedAt, started);
            ready[i].InferTime = elapsed;
            ready[i].ReleasePrepared();
        }

        return batch;
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
            item.Fail("postprocess", exception);
        }

        item.PostprocessTime = _time.GetElapsedTime(started);
        return item;
    }
}
