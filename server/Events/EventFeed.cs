using Streaming.Server.Events.Store;

namespace Streaming.Server.Events;

/// <summary>
/// Tells listeners what happens, as the files tell it. One loop looks at the files for all of them, and only while somebody
/// listens. Each listener reads at its own pace: what it has not seen yet waits in the index, not in memory.
/// </summary>
/// <param name="index">The index.</param>
/// <param name="time">The clock.</param>
internal sealed class EventFeed(EventIndex index, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Most listeners at once.</summary>
    public const int MaxListeners = 64;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private TaskCompletionSource _changed = New();
    private CancellationTokenSource? _looking;
    private Task _loop = Task.CompletedTask;
    private int _listeners;

    /// <summary>How many listen.</summary>
    public int Listeners
    {
        get
        {
            lock (_gate)
            {
                return _listeners;
            }
        }
    }

    /// <summary>Begins to listen.</summary>
    /// <param name="after">The id of the event after which to begin; null, or one that is not known, begins now.</param>
    /// <returns>Null when there are too many listeners.</returns>
    public EventListener? TryListen(string? after)
    {
        lock (_gate)
        {
            if (_listeners == MaxListeners || _closing.IsCancellationRequested)
            {
                return null;
            }

            _listeners++;
            if (_looking is null)
            {
                _looking = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
                var (before, looking) = (_loop, _looking.Token);
                _loop = LookAsync(before, looking);
            }
        }

        return new EventListener(this, index, time, after);
    }

    /// <summary>Ends when nobody looks at the files any more.</summary>
    internal Task Looking
    {
        get
        {
            lock (_gate)
            {
                return _loop;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Ends when there is something new; take it before looking.</summary>
    internal Task Changed
    {
        get
        {
            lock (_gate)
            {
                return _changed.Task;
            }
        }
    }

    internal void Leave()
    {
        lock (_gate)
        {
            if (--_listeners == 0)
            {
                _looking!.Cancel();
                _looking.Dispose();
                _looking = null;
            }
        }
    }

    private static TaskCompletionSource New()
    {
        return new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private async Task LookAsync(Task before, CancellationToken looking)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        long? seen = null;
        while (!looking.IsCancellationRequested)
        {
            try
            {
                await index.UpdateAsync().WaitAsync(looking).ConfigureAwait(false);
                var last = await index.LastPlaceAsync(looking).ConfigureAwait(false);
                if (last != seen)
                {
                    seen = last;
                    Tell();
                }
            }
            catch (EventIndexException)
            {
                // The log has it; the index may be of use again later.
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(Interval, time, looking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Tell()
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            (changed, _changed) = (_changed, New());
        }

        changed.SetResult();
    }
}
