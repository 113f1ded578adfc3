using System.Threading.Tasks.Dataflow;
using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Pipeline.Flow;
using Streaming.Pipeline.Outputs;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Stages.Hooks;
using Streaming.Stages.Render;

namespace Streaming.Pipeline.Sources;

/// <summary>
/// Where a source's frames come out of the graph: hooks, then outputs, one frame after the other. A block of its own for each
/// source keeps a slow output from holding up the other sources; the source's credits bound it.
/// </summary>
internal sealed class SourceOutlet : IAsyncDisposable
{
    /// <summary>A message: some time has passed.</summary>
    private static readonly object Tick = new();

    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(10);

    private readonly SourceJob _job;
    private readonly SourceInfo _source;
    private readonly IReadOnlyList<IResultHook> _hooks;
    private readonly Redaction? _redaction;
    private readonly OutputSet _outputs;
    private readonly PictureStyle _style;
    private readonly Trails _trails;
    private readonly SourceServices _services;
    private readonly ISourceObserver _observer;
    private readonly ActionBlock<object> _block;
    private readonly Lazy<Task> _closing;
    private readonly ITimer? _ticks;
    private FrameIdentity? _last;
    private ImageSize _size;
    private volatile bool _isAborted;

    /// <param name="job">What is wanted of the source.</param>
    /// <param name="source">What is known about it.</param>
    /// <param name="hooks">In their order; they go with the outlet.</param>
    /// <param name="outputs">They go with the outlet.</param>
    /// <param name="services">The pipeline's.</param>
    /// <param name="observer">Watches the source.</param>
    public SourceOutlet(
        SourceJob job,
        SourceInfo source,
        IReadOnlyList<IResultHook> hooks,
        OutputSet outputs,
        SourceServices services,
        ISourceObserver observer)
    {
        (_job, _source, _hooks, _outputs, _services, _observer) = (job, source, hooks, outputs, services, observer);
        _size = source.Size;
        _style = job.Style with { MinScore = job.DrawThreshold };
        _trails = new Trails(_style.TrailLength);
        _redaction = job.CreateRedaction?.Invoke(source);
        _block = new(Handle);
        _closing = new(CloseAsync);
        _ticks = IsLive ? services.Time.CreateTimer(_ => _block.Post(Tick), null, TickInterval, TickInterval) : null;
    }

    /// <summary>Why a required output failed; null while all work. Read by any thread.</summary>
    public string? Error => Volatile.Read(ref _error);

    private string? _error;

    /// <summary>What the outputs write to.</summary>
    public IReadOnlyList<string> Targets => _outputs.Targets;

    private bool IsLive => _job.FullMode != FullMode.Wait;

    /// <summary>Shows the hooks what an earlier run has recorded, before the first frame.</summary>
    public void Recall(RecordedStream earlier)
    {
        if (_hooks.Count == 0)
        {
            return;
        }

        foreach (var result in earlier.Frames(_services.Categories))
        {
            foreach (var hook in _hooks)
            {
                hook.Recall(result);
            }

            _trails.Add(result);
        }
    }

    /// <summary>From now on frames end without being shown to hooks and outputs.</summary>
    public void Abort()
    {
        _isAborted = true;
    }

    /// <summary>Takes a frame; once the outlet is closed, after an abort, the frame ends here.</summary>
    public void Post(WorkItem item)
    {
        if (!_block.Post(item))
        {
            item.Owner.End(item, FrameOutcome.Dropped(DropReason.Aborted));
        }
    }

    /// <summary>Takes something that happened to the source; it reaches the outputs between the frames around it.</summary>
    public void Post(SourceEvent sourceEvent)
    {
        _block.Post(sourceEvent);
    }

    /// <summary>Waits for what was posted. Events hold no lease, so they may be the last.</summary>
    public Task DrainAsync(CancellationToken abort)
    {
        _block.Complete();
        return _block.Completion.WaitAsync(abort);
    }

    /// <summary>Finishes the outputs; nothing may be posted any more.</summary>
    /// <returns>How the stream ended, with an output's failure.</returns>
    public Task<StreamSummary> CompleteAsync(StreamSummary summary)
    {
        return _outputs.CompleteAsync(summary);
    }

    /// <summary>After an abort frames may still be inside an output, which cannot be interrupted: this waits for it.</summary>
    public ValueTask DisposeAsync()
    {
        return new ValueTask(_closing.Value);
    }

    private async Task CloseAsync()
    {
        _ticks?.Dispose();
        _block.Complete();
        await _block.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _outputs.DisposeAsync().ConfigureAwait(false);
        foreach (var hook in _hooks)
        {
            hook.Dispose();
        }

        _redaction?.Dispose();
    }

    private void Handle(object message)
    {
        if (message is WorkItem item)
        {
            item.Owner.End(item, _isAborted ? FrameOutcome.Dropped(DropReason.Aborted) : Emit(item));
        }
        else if (!_isAborted && message == Tick)
        {
            _outputs.Tick(_services.Time.GetUtcNow());
        }
        else if (!_isAborted)
        {
            Notice((SourceEvent)message);
        }

        Volatile.Write(ref _error, _outputs.Error);
    }

    private void Notice(SourceEvent sourceEvent)
    {
        foreach (var hook in _hooks)
        {
            try
            {
                hook.Notice(sourceEvent);
            }
            catch (Exception exception)
            {
                PipelineLog.HookFailed(_services.Logger, exception, _job.Id);
            }
        }

        _outputs.Write(sourceEvent);
    }

    private FrameOutcome Emit(WorkItem item)
    {
        if (_outputs.Error is { } error)
        {
            return FrameOutcome.Failed("emit", error);
        }

        var (time, identity, size) = (_services.Time, item.Frame.Identity, item.Frame.Pixels.Size);
        if (size != _size)
        {
            _size = size;
            if (IsLive)
            {
                Notice(new SourceEvent(SourceEventKind.ResolutionChanged, identity.Epoch, identity.CaptureTime));
            }
        }

        var started = time.GetTimestamp();
        var timings = item.Timings with { EndToEnd = time.GetElapsedTime(item.DecodedAt, started) };
        var result = Apply(item.Frame, new FrameResult(identity, size, item.Detections)
        {
            Timings = timings,
            Outcome = item.Outcome,
            DroppedBefore = DroppedBefore(identity),
            IsGated = item.IsGated,
        });
        _last = identity;
        Redact(item, result);
        using var frame = new OutputFrame(item.HandOver(), result, _style, _trails.Add(result));
        if (!_outputs.Write(frame))
        {
            return _outputs.Error is { } failure
                ? FrameOutcome.Failed("emit", failure) : FrameOutcome.Dropped(DropReason.OutputFailed);
        }

        var ended = time.GetTimestamp();
        _services.OutputObserver.Delivered(time.GetElapsedTime(started, ended));
        _observer.Emitted(time.GetElapsedTime(item.DecodedAt, ended), time.GetUtcNow() - identity.CaptureTime, result);
        return result.Outcome;
    }

    /// <summary>What cannot be hidden is not shown: the whole frame is black then.</summary>
    private void Redact(WorkItem item, FrameResult result)
    {
        try
        {
            _redaction?.Apply(item.Frame.Pixels, result, item.Detections);
        }
        catch (Exception exception)
        {
            item.Frame.Pixels.Span.Clear();
            PipelineLog.RedactionFailed(_services.Logger, exception, item.ToString());
        }
    }

    private FrameResult Apply(Frame frame, FrameResult result)
    {
        for (var i = 0; i < _hooks.Count; i++)
        {
            try
            {
                result = _hooks[i].Apply(frame, result);
            }
            catch (Exception exception)
            {
                PipelineLog.FrameFailed(_services.Logger, frame.ToString(), "hook", exception.Message);
                return result with { Outcome = FrameOutcome.Failed("hook", exception.Message), Detections = [] };
            }
        }

        return result;
    }

    /// <summary>The frames missing between the last one and this.</summary>
    private long DroppedBefore(FrameIdentity identity)
    {
        return _last is { } last && last.Epoch == identity.Epoch
            ? ((identity.Index - last.Index) / (_source.Range?.Stride ?? 1)) - 1
            : IsLive ? identity.Index : 0;
    }
}
