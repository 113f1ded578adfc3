using System.Threading.Tasks.Dataflow;
using Streaming.Config.Run;
using Streaming.Pipeline.Metrics;
using Streaming.Pipeline.Supervision;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Flow;

/// <summary>One source in a running pipeline: its frames' way in and out, its credits and its counts.</summary>
/// <remarks>
/// Three parties touch it: its pump (one thread), the graph's last block (hands frames to the outlet, in order), and the outlet (one
/// frame at a time), which alone uses the sinks until it has drained.
/// </remarks>
internal sealed class SourceRun : IAsyncDisposable
{
    private readonly IFrameSource _source;
    private readonly SourceJob _job;
    private readonly TimeProvider _time;
    private readonly CreditGate _credits;
    private readonly FrameLedger _ledger;
    private readonly RateCap _rateCap;
    private readonly Outlet _outlet;
    private readonly ActionBlock<object> _outletBlock;
    private readonly Lock _stopGate = new();
    private readonly CancellationTokenSource _stop = new();
    private Func<WorkItem, bool> _enter = _ => false;
    private FrameIdentity? _lastRead;
    private volatile string? _error;
    private volatile bool _isAborted;
    private bool _isDisposed;

    public SourceRun(
        IFrameSource source, IReadOnlyList<IFrameSink> sinks, SourceJob job, int credits, NetworkTurns turns, (PipelineMetrics All, SourceMetrics Source) metrics, Watchdog watchdog, TimeProvider time)
    {
        (_source, _job, _time) = (source, job, time);
        _credits = new CreditGate(credits, job.FullMode == FullMode.DropOldest ? turns : null, Enter);
        _ledger = new FrameLedger(metrics.Source, job.Earlier);
        _rateCap = new RateCap(job.MaxFps, byPts: job.FullMode == FullMode.Wait);
        if (job.Earlier is { NextIndex: > 0 } earlier && job.MaxFps is not null)
        {
            _rateCap.Passed(earlier.LastPts);
        }

        _outlet = new Outlet(job.Id, sinks, source.Info, isLive: job.FullMode != FullMode.Wait, metrics, watchdog, time, job.Annotator);
        // The credits bound it; a block of its own keeps a slow sink from holding up the other sources.
        _outletBlock = new ActionBlock<object>(Emit);
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

    /// <summary>
    /// Reads frames and lets them enter the graph until the source ends, fails or is stopped, and closes it. Blocks: it needs a thread of
    /// its own; closing sixteen cameras on the thread pool, one after the other, would take seconds.
    /// </summary>
    /// <param name="enter">Hands a frame to the graph; false when the graph takes none any more.</param>
    public StreamEnd Pump(Func<WorkItem, bool> enter)
    {
        _enter = enter;
        try
        {
            while (_error is null)
            {
                if (!(_job.FullMode == FullMode.Wait ? PumpWaiting() : PumpLive()))
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
        finally
        {
            _source.Dispose();
        }
    }

    /// <summary>Takes a frame at the end of the graph.</summary>
    public void Deliver(WorkItem item)
    {
        _outletBlock.Post(item);
    }

    /// <summary>Takes something that happened to the source; it reaches the outputs between the frames around it.</summary>
    public void Deliver(SourceEvent sourceEvent)
    {
        _outletBlock.Post(sourceEvent);
    }

    /// <summary>Waits until every frame of the source is out, then finishes its outputs.</summary>
    public async Task<StreamSummary> CompleteAsync(StreamEnd end, CancellationToken abort)
    {
        await _credits.DrainAsync().WaitAsync(abort).ConfigureAwait(false);
        // Events hold no credit.
        _outletBlock.Complete();
        await _outletBlock.Completion.WaitAsync(abort).ConfigureAwait(false);
        var summary = _ledger.Summarise(_error is null ? end : StreamEnd.Error, _error);
        return _outlet.Complete(summary);
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
        item.LeaveNetwork();
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

        _outletBlock.Complete();
        await _outletBlock.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _source.Dispose();
        _outlet.Dispose();
    }

    /// <summary>First a credit, then a frame: a file is read as fast as its frames are done with.</summary>
    private bool PumpWaiting()
    {
        _credits.Take(_stop.Token);
        WorkItem? item = null;
        try
        {
            item = ReadNext();
            while (item is not null && !_rateCap.LetsPass(item.Frame.Identity))
            {
                Drop(item, DropReason.RateCap);
                item = ReadNext();
            }
        }
        catch
        {
            _credits.Return();
            throw;
        }

        if (item is null)
        {
            // At the end no frame holds the credit.
            _credits.Return();
            return false;
        }

        Enter(item);
        return true;
    }

    /// <summary>First a frame, then a credit: a camera that is not read falls behind.</summary>
    private bool PumpLive()
    {
        if (ReadNext() is not { } item)
        {
            return false;
        }

        if (!_rateCap.LetsPass(item.Frame.Identity))
        {
            Drop(item, DropReason.RateCap);
        }
        else if (_credits.Offer(item, _job.FullMode) is { } dropped)
        {
            Drop(dropped, DropReason.QueueFull);
        }

        return true;
    }

    /// <summary>A frame that holds no credit ends here.</summary>
    private void Drop(WorkItem item, string reason)
    {
        item.Dispose();
        _ledger.Ended(FrameOutcome.Dropped(reason));
    }

    private WorkItem? ReadNext()
    {
        var started = _time.GetTimestamp();
        if (_source.Read(_stop.Token) is not { } frame)
        {
            return null;
        }

        var identity = frame.Identity;
        if (_job.FullMode != FullMode.Wait && _lastRead is { } last)
        {
            var missed = last.Epoch == identity.Epoch ? identity.Index - last.Index - 1 : identity.Index;
            if (missed > 0)
            {
                _ledger.Overrun(missed, identity);
            }
        }

        _lastRead = identity;
        _ledger.Decoded(identity);
        return new WorkItem(frame, this, _time.GetTimestamp(), _time.GetElapsedTime(started));
    }

    private void Enter(WorkItem item)
    {
        if (!_enter(item))
        {
            End(item, FrameOutcome.Dropped(DropReason.Aborted));
        }
    }

    /// <summary>Gives a frame to the outputs and ends its way.</summary>
    private void Emit(object message)
    {
        if (message is WorkItem item)
        {
            var outcome = _isAborted ? FrameOutcome.Dropped(DropReason.Aborted) : _outlet.Write(item);
            _error ??= _outlet.Error;
            End(item, outcome);
        }
        else if (!_isAborted)
        {
            _outlet.Write((SourceEvent)message);
            _error ??= _outlet.Error;
        }
    }
}
