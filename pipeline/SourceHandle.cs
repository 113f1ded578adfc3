using Streaming.Pipeline.Sources;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline;

/// <summary>A source that was added to a pipeline: how it is, how to stop it, and how it ended. Safe for any thread.</summary>
public sealed class SourceHandle
{
    private readonly Lock _gate = new();
    private readonly SourceRun _run;
    private readonly ISourceObserver _observer;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<SourceStatus> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SourceState _state = SourceState.Opening;
    private StreamSummary? _summary;
    private (string Message, DateTimeOffset At)? _lastError;
    private DateTimeOffset? _nextTryAt;

    internal SourceHandle(string id, SourceRun run, ISourceObserver observer, bool isHidden = false)
    {
        IsHidden = isHidden;
        (Id, _run, _observer) = (id, run, observer);
        (run.Opened, run.Noticed) = (() => Enter(SourceState.Running), Noticed);
        observer.Entered(_state);
    }

    /// <summary>The source's name.</summary>
    public string Id { get; }

    /// <summary>The source at this moment.</summary>
    public SourceStatus Status
    {
        get
        {
            lock (_gate)
            {
                var (resultAt, objects) = _run.Newest;
                return new SourceStatus(
                    Id, _state, _run.Info, _summary ?? _run.Snapshot(), _lastError?.Message, _run.Targets)
                {
                    Location = _run.Location,
                    LastErrorAt = _lastError?.At,
                    LastResultAt = resultAt,
                    Objects = objects,
                    Rate = _run.Rate,
                    NextTryAt = _nextTryAt,
                };
            }
        }
    }

    /// <summary>
    /// How the source ended: when it has no more frames, failed or was stopped, and all its outputs are finished. A source's
    /// failure is a value in it. Canceled when the pipeline was aborted; faulted by a bug of the pipeline alone.
    /// </summary>
    public Task<SourceStatus> Completion => _completion.Task;

    /// <summary>See <see cref="SourceJob.IsHidden"/>.</summary>
    internal bool IsHidden { get; }

    /// <summary>Ends when the source runs, or ended without ever running.</summary>
    internal Task Started => _started.Task;

    /// <summary>Asks the source to end: no further frame is read, and what is in flight is still emitted.</summary>
    public void Stop()
    {
        _run.Stop();
    }

    /// <summary>Opens the source and runs it to its end; returns at once.</summary>
    internal void Start(Task graph, CancellationToken abort)
    {
        _ = RunAsync(graph, abort);
    }

    /// <summary>Aborts the source: frames in flight no longer reach the outputs.</summary>
    internal void Abort()
    {
        _run.Abort();
    }

    /// <summary>Closes an aborted source's outputs; the graph may still hold its frames.</summary>
    internal Task CloseOutputsAsync()
    {
        return _run.CloseOutputsAsync().AsTask();
    }

    /// <summary>Frees what an aborted source still holds; call it when the graph is empty.</summary>
    internal ValueTask CloseAsync()
    {
        return _run.DisposeAsync();
    }

    private async Task RunAsync(Task graph, CancellationToken abort)
    {
        try
        {
            End(await _run.RunAsync(graph, abort).ConfigureAwait(false));
            _completion.SetResult(Status);
        }
        catch (OperationCanceledException exception)
        {
            _completion.SetCanceled(exception.CancellationToken);
        }
        catch (Exception exception)
        {
            _completion.SetException(exception);
        }

        _started.TrySetResult();
    }

    private void End(StreamSummary summary)
    {
        lock (_gate)
        {
            _summary = summary;
            _lastError = summary.Error is { } error ? (error, _run.Time.GetUtcNow()) : _lastError;
        }

        Enter(summary.Error is null ? SourceState.Ended : SourceState.Failed);
    }

    private void Noticed(SourceEvent sourceEvent)
    {
        _observer.Noticed(sourceEvent);
        switch (sourceEvent.Kind)
        {
            case SourceEventKind.OpenFailed or SourceEventKind.Disconnected:
                lock (_gate)
                {
                    _lastError = sourceEvent.Message is { } message ? (message, sourceEvent.At) : null;
                    _nextTryAt = sourceEvent.NextTryAt;
                }

                Enter(SourceState.Reconnecting);
                break;
            case SourceEventKind.Reconnected:
                Enter(SourceState.Running);
                break;
            default:
                break;
        }
    }

    /// <summary>
    /// The states that a source may enter: an ended source stays ended, and one that never ran does not reconnect.
    /// </summary>
    private void Enter(SourceState state)
    {
        lock (_gate)
        {
            _nextTryAt = state == SourceState.Reconnecting ? _nextTryAt : null;
            if (_state is SourceState.Ended or SourceState.Failed
                || (_state, state) == (SourceState.Opening, SourceState.Reconnecting))
            {
                return;
            }

            _state = state;
            // Under the lock, so that observers see the states in their order.
            _observer.Entered(state);
        }

        if (state == SourceState.Running)
        {
            _started.TrySetResult();
        }
    }
}
