using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Flow;

/// <summary>One source in a running pipeline: its frames' way in and out, its credits and its counts.</summary>
internal sealed class SourceRun(IFrameSource source, IReadOnlyList<IFrameSink> sinks, int credits, TimeProvider time) : IDisposable
{
    private readonly CreditGate _credits = new(credits);
    private readonly FrameLedger _ledger = new();
    private volatile string? _error;
    private volatile bool _sinksWork = true;
    private volatile bool _isAborted;
    private int _isDisposed;

    public SourceInfo Info => source.Info;

    /// <summary>Set once when the source or a sink failed; no further frames are read then.</summary>
    public string? Error => _error;

    /// <summary>Reads frames and sends them on, as many as there are credits, until the source ends or is stopped.</summary>
    /// <param name="send">Hands a frame to the graph; false when the graph takes none any more.</param>
    /// <param name="stop">Asks to stop: what is in flight still comes out.</param>
    public async Task<StreamEnd> PumpAsync(Func<WorkItem, Task<bool>> send, CancellationToken stop)
    {
        try
        {
            while (_error is null)
            {
                await _credits.TakeAsync(stop).ConfigureAwait(false);
                if (ReadNext(stop) is not { } item)
                {
                    return StreamEnd.Eof;
                }

                if (!await send(item).ConfigureAwait(false))
                {
                    End(item, FrameOutcome.Dropped("stopped"));
                    return StreamEnd.Stopped;
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

    /// <summary>Gives a frame to the sinks and ends its way. Called for one frame at a time, in order.</summary>
    public void Emit(WorkItem item)
    {
        var outcome = item.Outcome;
        if (_isAborted)
        {
            outcome = FrameOutcome.Dropped("aborted");
        }
        else if (_sinksWork)
        {
            try
            {
                var timings = new FrameTimings(
                    item.DecodeTime, item.PrepareTime, item.BatchWait, item.InferTime, item.PostprocessTime, time.GetElapsedTime(item.DecodedAt));
                var result = new FrameResult(item.Frame.Identity, item.Frame.Pixels.Size, outcome, item.Detections, timings);
                foreach (var sink in sinks)
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
        else
        {
            outcome = FrameOutcome.Failed("sink", _error ?? "");
        }

        End(item, outcome);
    }

    /// <summary>Waits until every frame of the source is out, then finishes its outputs.</summary>
    public async Task<StreamSummary> CompleteAsync(StreamEnd end, CancellationToken abort)
    {
        await _credits.DrainAsync(abort).ConfigureAwait(false);
        return Finish(_error is null ? end : StreamEnd.Error);
    }

    /// <summary>From now on frames end without being shown to the sinks.</summary>
    public void Abort()
    {
        _isAborted = true;
    }

    /// <summary>The counts at this moment.</summary>
    public StreamSummary Snapshot()
    {
        return _ledger.Summarise(StreamEnd.Stopped, _error);
    }

    /// <summary>Ends a frame's way without showing it to the sinks.</summary>
    public void End(WorkItem item, FrameOutcome outcome)
    {
        item.Dispose();
        _ledger.Ended(outcome);
        _credits.Return();
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            source.Dispose();
            foreach (var sink in sinks)
            {
                sink.Dispose();
            }

            _credits.Dispose();
        }
    }

    private StreamSummary Finish(StreamEnd end)
    {
        foreach (var sink in sinks)
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

    /// <summary>The next frame, which then holds the credit that was taken for it.</summary>
    private WorkItem? ReadNext(CancellationToken stop)
    {
        var started = time.GetTimestamp();
        Frame? frame = null;
        try
        {
            frame = source.Read(stop);
        }
        finally
        {
            // At the end, or when the source fails, no frame holds the credit.
            if (frame is null)
            {
                _credits.Return();
            }
        }

        if (frame is null)
        {
            return null;
        }

        _ledger.Decoded();
        return new WorkItem(frame, this, time.GetTimestamp(), time.GetElapsedTime(started));
    }
}
