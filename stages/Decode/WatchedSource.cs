using Streaming.Stages.Frames;

namespace Streaming.Stages.Decode;

/// <summary>
/// Runs a source on a thread of its own and gives up on it when it hangs: native decoders cannot be interrupted, so the thread is
/// abandoned with them. What they still return, and they themselves, are freed when they come back. So a stop is never held up.
/// </summary>
internal sealed class WatchedSource : IFrameSource
{
    /// <summary>Most time that a source in good order is given to close.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _requests = new(0);
    private readonly CancellationTokenSource _cancel = new();
    private readonly Thread _thread;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly string _id;

    /// <summary>What the caller waits for; null when nobody waits.</summary>
    private TaskCompletionSource<Frame?>? _pending;
    private IFrameSource? _source;
    private bool _isClosed;

    private WatchedSource(Func<CancellationToken, IFrameSource> open, string id, TimeSpan timeout, TimeProvider time)
    {
        (_id, _timeout, _time) = (id, timeout, time);
        Info = new SourceInfo(id, "", default, null, null);
        _thread = new Thread(() => Work(open)) { IsBackground = true, Name = $"source {id}" };
    }

    /// <inheritdoc/>
    public SourceInfo Info { get; private set; }

    /// <summary>Opens a source on its own thread.</summary>
    /// <param name="open">Opens it; called on the new thread.</param>
    /// <param name="id">The source's name.</param>
    /// <param name="openTimeout">Most time that <paramref name="open"/> may take.</param>
    /// <param name="readTimeout">Most time for a frame.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up at once, whatever the source does.</param>
    /// <exception cref="DecodeException">It cannot be opened, or it hangs (<see cref="DecodeError.Stalled"/>).</exception>
    public static WatchedSource Open(
        Func<CancellationToken, IFrameSource> open,
        string id,
        TimeSpan openTimeout,
        TimeSpan readTimeout,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var source = new WatchedSource(open, id, readTimeout, time);
        try
        {
            var opened = source.Request();
            source._thread.Start();
            source.Wait(opened, openTimeout, "open", cancellationToken);
            source.Info = source._source!.Info;
            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Frame? Read(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        var request = Request();
        _requests.Release();
        return Wait(request, _timeout, "give a frame", cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        bool isIdle;
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            (_isClosed, isIdle) = (true, _pending is null);
        }

        _cancel.Cancel();
        _requests.Release();
        if (isIdle && _thread.IsAlive)
        {
            _thread.Join(CloseTimeout);
        }
    }

    private Task<Frame?> Request()
    {
        lock (_gate)
        {
            _pending = new TaskCompletionSource<Frame?>(TaskCreationOptions.RunContinuationsAsynchronously);
            return _pending.Task;
        }
    }

    private Frame? Wait(Task<Frame?> request, TimeSpan timeout, string what, CancellationToken cancellationToken)
    {
        try
        {
            return request.WaitAsync(timeout, _time, cancellationToken).GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            if (TryAbandon(request))
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new DecodeException(
                    DecodeError.Stalled,
                    $"{_id}: its decoder hangs: it did not {what} within {timeout.TotalSeconds:0.#} s.",
                    exception);
            }

            // It came at the last moment.
            var late = request.GetAwaiter().GetResult();
            if (cancellationToken.IsCancellationRequested)
            {
                late?.Dispose();
                throw;
            }

            return late;
        }
    }

    /// <summary>
    /// From here on nobody waits for the request: the thread frees what it brings, and the source. False when it was answered.
    /// </summary>
    private bool TryAbandon(Task<Frame?> request)
    {
        lock (_gate)
        {
            if (_pending?.Task != request)
            {
                return false;
            }

            _isClosed = true;
        }

        _cancel.Cancel();
        _requests.Release();
        return true;
    }

    private void Work(Func<CancellationToken, IFrameSource> open)
    {
        try
        {
            Answer(() =>
            {
                _source = open(_cancel.Token);
                return null;
            });
            while (_source is not null)
            {
                _requests.Wait();
                if (_isClosed)
                {
                    return;
                }

                Answer(() => _source.Read(_cancel.Token));
            }
        }
        finally
        {
            _source?.Dispose();
        }
    }

    private void Answer(Func<Frame?> work)
    {
        Frame? frame = null;
        Exception? failure = null;
        try
        {
            frame = work();
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        TaskCompletionSource<Frame?>? pending;
        lock (_gate)
        {
            (pending, _pending) = (_isClosed ? null : _pending, null);
        }

        if (pending is null)
        {
            frame?.Dispose();
        }
        else if (failure is not null)
        {
            pending.SetException(failure);
        }
        else
        {
            pending.SetResult(frame);
        }
    }
}
