using Streaming.Config;
using Streaming.Config.Run;
using Streaming.Pipeline.Flow;
using Streaming.Pipeline.Hooks;
using Streaming.Pipeline.Outputs;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Sources;

/// <summary>One source in a running pipeline, from opening it to finishing its outputs.</summary>
/// <remarks>
/// Three parties touch it: the thread that opens and reads it, the graph's last block, which delivers its frames in order, and
/// its outlet, which handles one frame at a time. Whatever opening, reading or an output throws is this source's error alone.
/// </remarks>
/// <param name="job">What is wanted.</param>
/// <param name="services">The pipeline's.</param>
/// <param name="observer">Watches the source.</param>
internal sealed class SourceRun(SourceJob job, SourceServices services, ISourceObserver observer) : IFrameOwner, IAsyncDisposable
{
    private readonly FrameLedger _ledger = new(observer, job.Earlier);
    private readonly ResultRate _rate = new(services.Time);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _stopGate = new();
    private IFrameSource? _source;
    private GateBlock? _door;
    private SourceGate? _gate;
    private volatile SourceOutlet? _outlet;
    private volatile string? _error;
    private volatile bool _isAborted;
    private bool _isDisposed;

    /// <summary>When the newest result was emitted, in ticks; 0 for never.</summary>
    private long _emittedAt;
    private volatile int _objects;

    /// <summary>Called when the source runs.</summary>
    public Action Opened { get; set; } = () => { };

    /// <summary>Called when something happens to the source.</summary>
    public Action<SourceEvent> Noticed { get; set; } = _ => { };

    /// <summary>What is known about the source; null before it is open.</summary>
    public SourceInfo? Info { get; private set; }

    /// <summary>What is read, as it may be shown.</summary>
    public string? Location => Info?.Location ?? job.Location;

    /// <summary>The newest result: when it was emitted, and how many objects it has.</summary>
    public (DateTimeOffset? At, int Objects) Newest =>
        (Volatile.Read(ref _emittedAt) is var ticks and not 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null, _objects);

    /// <summary>Its results a second, over the last few seconds.</summary>
    public double Rate => _rate.PerSecond;

    /// <summary>The pipeline's clock.</summary>
    public TimeProvider Time => services.Time;

    /// <summary>What it writes to.</summary>
    public IReadOnlyList<string> Targets => _outlet?.Targets ?? [];

    /// <summary>Opens the source, reads it to its end, and finishes its outputs.</summary>
    /// <param name="graph">Ends when the graph does: if it fails, no lease comes back.</param>
    /// <param name="abort">Ends all waiting.</param>
    /// <returns>How it ended.</returns>
    public async Task<StreamSummary> RunAsync(Task graph, CancellationToken abort)
    {
        // Opening and reading block, for hours with some sources, so they need a thread of their own.
        var reading = Task.Factory.StartNew(
            OpenAndRead, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await (await Task.WhenAny(reading, graph).ConfigureAwait(false)).ConfigureAwait(false);
        var end = await reading.ConfigureAwait(false);
        if (_outlet is not { } outlet)
        {
            return Snapshot() with { End = end };
        }

        var completing = CompleteAsync(outlet, end, abort);
        await (await Task.WhenAny(completing, graph).ConfigureAwait(false)).ConfigureAwait(false);
        var summary = await completing.ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
        FrameLedger.Check(job.Id, summary);
        return summary;
    }

    /// <summary>Asks the source to end: no further frame is read.</summary>
    public void Stop()
    {
        lock (_stopGate)
        {
            if (!_isDisposed)
            {
                _stop.Cancel();
            }
        }
    }

    /// <summary>From now on frames end without being shown to the outputs.</summary>
    public void Abort()
    {
        _isAborted = true;
        _outlet?.Abort();
        Stop();
    }

    /// <summary>The counts at this moment.</summary>
    public StreamSummary Snapshot()
    {
        return _ledger.Summarise(_error is null ? StreamEnd.Stopped : StreamEnd.Error, _error);
    }

    /// <inheritdoc/>
    public bool Enter(WorkItem item, Func<WorkItem, bool> graph)
    {
        return _door is { } door ? door.Post(item, graph) : graph(item);
    }

    /// <inheritdoc/>
    public void Deliver(WorkItem item)
    {
        _outlet!.Post(item);
    }

    /// <inheritdoc/>
    public void End(WorkItem item, FrameOutcome outcome)
    {
        if (outcome.Status == FrameStatus.Ok)
        {
            _objects = item.Detections.Count;
            _rate.Add();
            Volatile.Write(ref _emittedAt, services.Time.GetUtcNow().Ticks);
        }

        item.Dispose();
        _ledger.Ended(outcome, item.IsGated);
        item.Lease?.Return();
    }

    /// <summary>
    /// After an abort: closes the outputs once the frame that they may be writing is written. The graph may still hold frames.
    /// </summary>
    public ValueTask CloseOutputsAsync()
    {
        return _outlet?.DisposeAsync() ?? default;
    }

    /// <summary>After an abort, call it when the graph is empty: it waits for the outlet.</summary>
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

        if (_door is { } door)
        {
            await door.DisposeAsync().ConfigureAwait(false);
        }

        if (_outlet is { } outlet)
        {
            await outlet.DisposeAsync().ConfigureAwait(false);
        }
    }

    private StreamEnd OpenAndRead()
    {
        var stopping = _stop.Token;
        try
        {
            var reader = Open(stopping);
            Opened();
            while (_outlet!.Error is null)
            {
                if (!reader.ReadOne(stopping))
                {
                    return StreamEnd.Eof;
                }
            }

            _error = _outlet.Error;
            return StreamEnd.Error;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return StreamEnd.Stopped;
        }
        catch (Exception exception)
        {
            _error = Explain(exception);
            return StreamEnd.Error;
        }
        finally
        {
            Close();
        }
    }

    private FrameReader Open(CancellationToken stopping)
    {
        var source = _source = job.Open(Report, stopping);
        Info = source.Info;
        var (options, isLive) = (services.Options, job.FullMode != FullMode.Wait);
        var outlet = _outlet = OpenOutlet(source.Info);
        if (_isAborted)
        {
            outlet.Abort();
        }

        _door = job.CreateGate is { } create ? new GateBlock(create(source.Info), services.Logger) : null;
        var credits = job.MaxInFlight ?? (isLive ? options.MaxInFlightLive : null) ?? options.MaxInFlight;
        _gate = services.Admission.Open(credits, job.FullMode);
        var rateCap = new RateCap(job.MaxFps, byPts: !isLive);
        if (job.Earlier is { NextIndex: > 0 } earlier)
        {
            outlet.Recall(earlier);
            if (job.MaxFps is not null)
            {
                rateCap.Passed(earlier.LastPts);
            }
        }

        return new FrameReader(source, _gate, this, _ledger, rateCap, services.Time, services.Logger);
    }

    private SourceOutlet OpenOutlet(SourceInfo info)
    {
        var hooks = job.CreateHooks(info);
        try
        {
            var outputs = OutputSet.Open(
                job.Id, job.CreateOutputs(info), job.FullMode != FullMode.Wait, services.Watchdog, services.OutputObserver,
                services.Time, services.Logger);
            return new SourceOutlet(job, info, hooks, outputs, services, observer);
        }
        catch
        {
            foreach (var hook in hooks)
            {
                hook.Dispose();
            }

            throw;
        }
    }

    /// <summary>Here, on the source's own thread: closing sixteen cameras one after the other would take seconds.</summary>
    private void Close()
    {
        try
        {
            _source?.Dispose();
        }
        catch (Exception exception)
        {
            PipelineLog.CloseFailed(services.Logger, exception, job.Id);
        }
    }

    private void Report(SourceEvent sourceEvent)
    {
        Noticed(sourceEvent);
        if (sourceEvent.Kind != SourceEventKind.OpenFailed)
        {
            // Outputs that are not open yet need not know.
            _outlet?.Post(sourceEvent);
        }
    }

    private async Task<StreamSummary> CompleteAsync(SourceOutlet outlet, StreamEnd end, CancellationToken abort)
    {
        if (_gate is { } gate)
        {
            await gate.DrainAsync().WaitAsync(abort).ConfigureAwait(false);
        }

        await outlet.DrainAsync(abort).ConfigureAwait(false);
        if (_isAborted)
        {
            // Its last frame may have left the graph before anybody waited for it; the outputs lack frames all the same.
            throw new OperationCanceledException(abort);
        }

        _error ??= outlet.Error;
        var summary = _ledger.Summarise(_error is null ? end : StreamEnd.Error, _error);
        return await outlet.CompleteAsync(summary).ConfigureAwait(false);
    }

    private string Explain(Exception exception)
    {
        if (exception is DecodeException or EmitException or ConfigurationException)
        {
            return exception.Message;
        }

        PipelineLog.SourceCrashed(services.Logger, exception, job.Id);
        return $"{job.Id}: failed unexpectedly: {exception.Message}";
    }
}
