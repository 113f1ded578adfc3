using System.Threading.Tasks.Dataflow;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Flow;

/// <summary>One source in a running pipeline: its frames' way in and out, its credits and its counts.</summary>
/// <remarks>
/// Three parties touch it: its pump (one task), the graph's last block (hands frames to the outlet, in order), and the outlet (one
/// frame at a time), which alone uses the sinks until the outlet has drained.
/// </remarks>
internal sealed class SourceRun : IAsyncDisposable
{
    private readonly IFrameSource _source;
    private readonly IReadOnlyList<IFrameSink> _sinks;
    private readonly FullMode _mode;
    private readonly TimeProvider _time;
    private readonly CreditGate _credits;
    private readonly FrameLedger _ledger = new();
    private readonly ActionBlock<WorkItem> _outlet;
    private readonly Lock _stopGate = new();
    private readonly CancellationTokenSource _stop = new();
    private Func<WorkItem, bool> _enter = _ => false;
    private volatile string? _error;
    private volatile bool _sinksWork = true;
    private volatile bool _isAborted;
    private bool _isDisposed;

    public SourceRun(IFrameSource source, IReadOnlyList<IFrameSink> sinks, FullMode mode, int credits, TimeProvider time)
    {
        (_source, _sinks, _mode, _time) = (source, sinks, mode, time);
        _credits = new CreditGate(credits, Enter);
        // The credits bound it; a block of its own keeps a slow sink from holding up the other sources.
        _outlet = new ActionBlock<WorkItem>(Emit);
    }

    public SourceInfo Info => _source.Info;

    /// <summary>Asks the source to end: no further frame is read.</summary>
    public void Stop()
    {
        lock (_stopGate)
        {
            // It may have ended by itself meanwhile.
            if (!_isDisposed)
            {
                _stop.Cancel();
            }
        }
    }

    /// <summary>From now on frames end without being shown to the sinks.</summary>
    public void Abort()
    {
        _isAborted = true;
        Stop();
    }

    /// <summary>Reads frames and lets them enter the graph until the source ends, fails or is stopped.</summary>
    /// <param name="enter">Hands a frame to the graph; false when the graph takes none any more.</param>
    public async Task<StreamEnd> PumpAsync(Func<WorkItem, bool> enter)
    {
        _enter = enter;
        try
        {
            while (_error is null)
            {
                if (!await (_mode == FullMode.Wait ? PumpWaitingAsync() : PumpLiveAsync()).ConfigureAwait(false))
                {
                    return StreamEnd.Eof;
                }
            }

            return StreamEnd.Error;
        }
        catch (OperationCanceledException)
        {
            return StreamEnd.Stopped;
        }
        catch (DecodeException exception)
        {
            _error = exception.Message;
            return StreamEnd.Error;
        }
    }

    /// <summary>Takes a frame at the end of the graph.</summary>
    public void Deliver(WorkItem item)
    {
        _outlet.Post(item);
    }

    /// <summary>Waits until every frame of the source is out, then finishes its outputs.</summary>
    public async Task<StreamSummary> CompleteAsync(StreamEnd end, CancellationToken abort)
    {
        await _credits.DrainAsync().WaitAsync(abort).ConfigureAwait(false);
        return Finish(_error is null ? end : StreamEnd.Error);
    }

    /// <summary>The counts at this moment.</summary>
    public StreamSummary Snapshot()
    {
        return _ledger.Summarise(StreamEnd.Stopped, _error);
    }

    /// <summary>Ends a frame's way: it is counted and freed, and its credit goes back, or on to a frame that waits for it.</summary>
    public void End(WorkItem item, FrameOutcome outcome)
    {
        item.Dispose();
        _ledger.Ended(outcome);
        _credits.Return();
    }

    /// <summary>
    /// Closes source and outputs. After an abort frames may still be on their way to the outlet: call it when the graph is empty, and
    /// it waits for the outlet, which may be inside a sink.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        lock (_stopGate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            _stop.Dispose();
        }

        _outlet.Complete();
        await _outlet.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _source.Dispose();
        foreach (var sink in _sinks)
        {
            sink.Dispose();
        }
    }

    /// <summary>First a credit, then a frame: a file is read as fast as its frames are done with.</summary>
    private async Task<bool> PumpWaitingAsync()
    {
        await _credits.TakeAsync(_stop.Token).ConfigureAwait(false);
        WorkItem? item = null;
        try
        {
            item = ReadNext();
        }
        finally
        {
            // At the end, or when the source fails, no frame holds the credit.
            if (item is null)
            {
                _credits.Return();
            }
        }

        if (item is not null)
        {
            Enter(item);
        }

        return item is not null;
    }

    /// <summary>First a frame, then a credit: a camera that is not read falls behind.</summary>
    private Task<bool> PumpLiveAsync()
    {
        if (ReadNext() is not { } item)
        {
            return Task.FromResult(false);
        }

        if (_credits.Offer(item, _mode) is { } dropped)
        {
            dropped.Dispose();
            _ledger.Ended(FrameOutcome.Dropped("queue_full"));
        }

        return Task.FromResult(true);
    }

    private WorkItem? ReadNext()
    {
        var started = _time.GetTimestamp();
        if (_source.Read(_stop.Token) is not { } frame)
        {
            return null;
        }

        _ledger.Decoded();
        return new WorkItem(frame, this, _time.GetTimestamp(), _time.GetElapsedTime(started));
    }

    private void Enter(WorkItem item)
    {
        if (!_enter(item))
        {
            End(item, FrameOutcome.Dropped("aborted"));
        }
    }

    /// <summary>Gives a frame to the sinks and ends its way.</summary>
    private void Emit(WorkItem item)
    {
        var outcome = item.Outcome;
        if (_isAborted)
        {
            outcome = FrameOutcome.Dropped("aborted");
        }
        else if (!_sinksWork)
        {
            outcome = FrameOutcome.Failed("sink", _error ?? "");
        }
        else
        {
            try
            {
                var timings = new FrameTimings(
                    item.DecodeTime, item.PrepareTime, item.BatchWait, item.InferTime, item.PostprocessTime, _time.GetElapsedTime(item.DecodedAt));
                var result = new FrameResult(item.Frame.Identity, item.Frame.Pixels.Size, outcome, item.Detections, timings);
                foreach (var sink in _sinks)
                {
                    sink.Write(item.Frame, result);
                }
            }
            catch (Exception exception)
            {
                // One bad output must not stop the other sources; this source ends with the reason.
                _sinksWork = false;
                _error ??= exception.Message;
                outcome = FrameOutcome.Failed("sink", exception.Message);
            }
        }

        End(item, outcome);
    }

    private StreamSummary Finish(StreamEnd end)
    {
        foreach (var sink in _sinks)
        {
            try
            {
                sink.Complete(_ledger.Summarise(end, _error));
            }
            catch (Exception exception)
            {
                // Also a sink that failed before is closed as well as it goes; the first error is told.
                _error ??= exception.Message;
                end = StreamEnd.Error;
            }
        }

        return _ledger.Summarise(end, _error);
    }
}
