using Streaming.Config.Run;

namespace Streaming.Pipeline.Flow;

/// <summary>
/// A source's credits: a frame takes one before it enters the graph and gives it back when its last sink is done with it. So
/// the credits' sum bounds the memory of the whole graph, and a slow sink slows down its own source alone.
/// </summary>
/// <remarks>
/// All state is guarded by one lock. Frames enter the graph under it: a frame that waited and the next one from the camera would
/// otherwise race for the order. Entering never blocks.
/// </remarks>
/// <param name="credits">How many frames may be under way.</param>
/// <param name="turns">What a frame of a source that drops the oldest needs besides; null for other sources.</param>
/// <param name="enter">Lets a frame that has its credit into the graph.</param>
internal sealed class CreditGate(int credits, NetworkTurns? turns, Action<WorkItem> enter)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _taker;
    private WorkItem? _waiting;
    private int _taken;
    private bool _isClosed;

    /// <summary>Takes a credit, or waits until one is free. One caller at a time.</summary>
    public void Take(CancellationToken cancellationToken)
    {
        TaskCompletionSource taker;
        lock (_gate)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_taken < credits)
            {
                _taken++;
                return;
            }

            taker = _taker = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        using var registration = cancellationToken.Register(() =>
        {
            lock (_gate)
            {
                if (_taker == taker)
                {
                    _taker = null;
                    taker.SetCanceled(cancellationToken);
                }
            }
        });
        taker.Task.GetAwaiter().GetResult();
    }

    /// <summary>A frame of a source that cannot wait: it enters with a credit and a turn, or waits for them in place of an older frame, or not at all.</summary>
    /// <returns>The frame that is to be dropped for it, or it itself, or null.</returns>
    public WorkItem? Offer(WorkItem item, FullMode mode)
    {
        lock (_gate)
        {
            if (mode == FullMode.DropNewest && _taken >= credits)
            {
                return item;
            }

            (var replaced, _waiting) = (_waiting, item);
            LetWaitingIn();
            return replaced;
        }
    }

    /// <summary>The source's turn has come.</summary>
    /// <returns>False when no frame can make use of it.</returns>
    public bool TakeTurn()
    {
        lock (_gate)
        {
            if (_waiting is not { } next || _taken >= credits)
            {
                return false;
            }

            LetIn(next);
            return true;
        }
    }

    /// <summary>Gives a credit back: a frame that waits for it enters.</summary>
    public void Return()
    {
        lock (_gate)
        {
            if (_taker is { } taker)
            {
                _taker = null;
                taker.SetResult();
                return;
            }

            _taken--;
            LetWaitingIn();
            CheckDrained();
        }
    }

    /// <summary>No frame will be offered any more: ends when no frame holds a credit.</summary>
    public Task DrainAsync()
    {
        lock (_gate)
        {
            _isClosed = true;
            CheckDrained();
        }

        return _drained.Task;
    }

    private void LetWaitingIn()
    {
        if (_waiting is { } next && _taken < credits && turns?.TryTake(this) != false)
        {
            LetIn(next);
        }
    }

    private void LetIn(WorkItem item)
    {
        _waiting = null;
        _taken++;
        item.Turns = turns;
        enter(item);
    }

    private void CheckDrained()
    {
        if (_isClosed && _taken == 0 && _waiting is null)
        {
            _drained.TrySetResult();
        }
    }
}
