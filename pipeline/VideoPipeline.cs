using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Config.Run;
using Streaming.Config.Zoo;
using Streaming.Model;
using Streaming.Pipeline.Flow;
using Streaming.Pipeline.Graph;
using Streaming.Pipeline.Metrics;
using Streaming.Pipeline.Supervision;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Postprocess;

namespace Streaming.Pipeline;

/// <summary>
/// Runs sources through the network and into their outputs. Sources are added and removed while it runs; one that fails does not
/// touch the others.
/// </summary>
public sealed class VideoPipeline : IAsyncDisposable
{
    private static readonly StreamSummary Nothing = new(StreamEnd.Stopped, null, 0, 0, new Dictionary<string, long>(), new Dictionary<string, long>());

    private readonly PipelineOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Watchdog _watchdog;
    private readonly FrameGraph _graph;
    private readonly ConcurrentDictionary<string, Entry> _sources = new();
    private readonly CancellationTokenSource _abort = new();
    private int _isDisposed;

    /// <summary>Creates a pipeline; the detectors stay the caller's.</summary>
    /// <param name="detectors">The network, once for each device that shall share the work; at least one.</param>
    /// <param name="categories">Its classes in order.</param>
    /// <param name="options">How frames flow.</param>
    /// <param name="metrics">What is measured; kept to oneself by default.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <param name="logger">Where events go.</param>
    public VideoPipeline(
        IReadOnlyList<IDetector> detectors,
        IReadOnlyList<Category> categories,
        PipelineOptions options,
        PipelineMetrics? metrics = null,
        TimeProvider? time = null,
        ILogger? logger = null)
    {
        options.Validate();
        ArgumentOutOfRangeException.ThrowIfZero(detectors.Count, nameof(detectors));
        (_options, Metrics, _time, _logger) = (options, metrics ?? new PipelineMetrics(), time ?? TimeProvider.System, logger ?? NullLogger.Instance);
        _watchdog = new Watchdog(options.HangLimit, Metrics, _time, _logger);
        _graph = new FrameGraph(detectors, new DetectionBuilder(categories), options, Metrics, _watchdog, _time, _logger);
        Metrics.Registry.AddBeforeCollectCallback(() => Metrics.QueueCapacity.WithLabels("all").Set(_sources.Values.Count(source => source.Result is null) * options.MaxInFlight));
    }

    /// <summary>What is measured.</summary>
    public PipelineMetrics Metrics { get; }

    /// <summary>How far each source is that was ever added; may be called at any time from any thread.</summary>
    public IReadOnlyList<SourceProgress> Progress =>
        [.. _sources.Select(item => (item.Value.Result
            ?? new SourceProgress(item.Key, item.Value.Run?.Info, item.Value.Run?.Snapshot() ?? Nothing, false, item.Value.Outputs)) with
        {
            State = item.Value.Metrics.State,
            LastError = item.Value.Metrics.LastError,
        })];

    /// <summary>What hangs in native code at the moment, with how long; nothing as a rule.</summary>
    public IReadOnlyList<(string What, TimeSpan For)> Hanging => _watchdog.Hanging;

    private Task AllEnded => Task.WhenAll(_sources.Values.Select(entry => entry.Ended));

    /// <summary>Adds a source, which starts at once.</summary>
    /// <param name="job">The source; its name must be new.</param>
    /// <returns>How it ended: when it has no more frames, failed, or was removed, and all its outputs are finished.</returns>
    /// <exception cref="ArgumentException">There is a source of that name already, or there are too many.</exception>
    /// <exception cref="OperationCanceledException">The returned task: the pipeline was aborted.</exception>
    public Task<SourceProgress> AddAsync(SourceJob job)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        if (_sources.Values.Count(source => source.Result is null) >= _options.MaxSources)
        {
            throw new ArgumentException($"{job.Id}: there are {_options.MaxSources} sources already, as many as the pipeline may have.", nameof(job));
        }

        var entry = new Entry(Metrics, job.Id);
        if (!_sources.TryAdd(job.Id, entry))
        {
            throw new ArgumentException($"{job.Id}: there is a source of that name already.", nameof(job));
        }

        return entry.Ended = RunAsync(job, entry);
    }

    /// <summary>Asks a source to end: what is in flight still comes out, and its outputs are finished.</summary>
    /// <param name="id">Its name.</param>
    /// <returns>False when there is no such source, or it has ended.</returns>
    public bool Stop(string id)
    {
        return _sources.TryGetValue(id, out var entry) && entry.Stop();
    }

    /// <summary>Takes a source out: it ends as after <see cref="Stop"/>, and then its name is free and its metrics are gone.</summary>
    /// <param name="id">Its name.</param>
    /// <returns>How it ended; null when there is no such source.</returns>
    public async Task<SourceProgress?> RemoveAsync(string id)
    {
        if (!_sources.TryGetValue(id, out var entry))
        {
            return null;
        }

        entry.Stop();
        var result = await entry.Ended.ConfigureAwait(false);
        if (_sources.TryRemove(KeyValuePair.Create(id, entry)))
        {
            entry.Metrics.Remove();
            entry.Dispose();
        }

        return result;
    }

    /// <summary>Asks every source to end, and waits until all have.</summary>
    public async Task StopAsync()
    {
        foreach (var entry in _sources.Values)
        {
            entry.Stop();
        }

        await AllEnded.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Gives up at once: frames in flight are not shown to the outputs any more, which are closed as they are.</summary>
    public void Abort()
    {
        foreach (var entry in _sources.Values)
        {
            entry.Run?.Abort();
            entry.Stop();
        }

        _abort.Cancel();
    }

    /// <summary>
    /// Runs jobs: those of live sources all at once, those that wait (files) one after the other. A job that fails does not keep the
    /// others from running.
    /// </summary>
    /// <param name="jobs">The sources; their names are unique.</param>
    /// <param name="stop">Asks to stop: see <see cref="StopAsync"/>.</param>
    /// <param name="abort">Gives up: see <see cref="Abort"/>.</param>
    /// <returns>How each source ended that was started, in order.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="abort"/> was used.</exception>
    public async Task<IReadOnlyList<SourceProgress>> RunAsync(IReadOnlyList<SourceJob> jobs, CancellationToken stop, CancellationToken abort)
    {
        using var onAbort = abort.Register(Abort);
        Task<SourceProgress>[] live = [.. jobs.Where(job => job.FullMode != FullMode.Wait).Select(AddAsync)];
        using var onStop = stop.Register(() =>
        {
            foreach (var job in jobs)
            {
                Stop(job.Id);
            }
        });
        var results = new List<SourceProgress>();
        foreach (var job in jobs.Where(job => job.FullMode == FullMode.Wait))
        {
            if (stop.IsCancellationRequested)
            {
                break;
            }

            var ended = AddAsync(job);
            if (stop.IsCancellationRequested)
            {
                Stop(job.Id);
            }

            results.Add(await ended.ConfigureAwait(false));
        }

        results.AddRange(await Task.WhenAll(live).ConfigureAwait(false));
        abort.ThrowIfCancellationRequested();
        return results;
    }

    /// <summary>Aborts what still runs, and waits until every frame is out of the graph: native code cannot be interrupted.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        Abort();
        await AllEnded.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _graph.Complete();
        await _graph.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var entry in _sources.Values)
        {
            if (entry.Run is { } run)
            {
                await run.DisposeAsync().ConfigureAwait(false);
            }

            entry.Dispose();
        }

        _graph.Dispose();
        _watchdog.Dispose();
        _abort.Dispose();
    }

    private async Task<SourceProgress> RunAsync(SourceJob job, Entry entry)
    {
        // Opening and reading block, for hours with some sources: that takes a thread of its own.
        var pump = Task.Factory.StartNew(() => OpenAndPump(job, entry), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        // Both waits watch the graph: if a block of it fails, nobody would give the credits back.
        await (await Task.WhenAny(pump, _graph.Completion).ConfigureAwait(false)).ConfigureAwait(false);
        var end = await pump.ConfigureAwait(false);
        if (entry.Run is not { } run)
        {
            return entry.Result!;
        }

        var completed = run.CompleteAsync(end, _abort.Token);
        await (await Task.WhenAny(completed, _graph.Completion).ConfigureAwait(false)).ConfigureAwait(false);
        var summary = await completed.ConfigureAwait(false);
        await run.DisposeAsync().ConfigureAwait(false);
        CheckConservation(job.Id, summary);
        return End(job, entry, run.Info, summary);
    }

    private StreamEnd OpenAndPump(SourceJob job, Entry entry)
    {
        try
        {
            Start(job, entry);
        }
        catch (Exception exception) when (exception is DecodeException or EmitException)
        {
            End(job, entry, null, Nothing with { End = StreamEnd.Error, Error = exception.Message });
            return StreamEnd.Error;
        }
        catch (OperationCanceledException) when (entry.Stopping.IsCancellationRequested)
        {
            End(job, entry, null, Nothing);
            return StreamEnd.Stopped;
        }

        entry.Metrics.SetState(SourceState.Running);
        return entry.Run!.Pump(_graph.Enter);
    }

    private SourceProgress End(SourceJob job, Entry entry, SourceInfo? info, StreamSummary summary)
    {
        if (summary.Error is { } error)
        {
            PipelineLog.SourceFailed(_logger, job.Id, error);
            entry.Metrics.Failed(error);
        }
        else
        {
            entry.Metrics.SetState(SourceState.Ended);
        }

        return entry.Result = new SourceProgress(job.Id, info, summary, true, entry.Outputs);
    }

    private void Start(SourceJob job, Entry entry)
    {
        var source = job.Open(entry.Happened, entry.Stopping);
        try
        {
            var sinks = Open(job.CreateOutputs(source.Info));
            entry.Outputs = [.. sinks.Select(sink => sink.Target)];
            var credits = job.FullMode == FullMode.Wait ? _options.MaxInFlight : _options.MaxInFlightLive ?? _options.MaxInFlight;
            entry.Start(new SourceRun(source, sinks, job, credits, _graph.Turns, (Metrics, entry.Metrics), _watchdog, _time));
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    private static List<IFrameSink> Open(IReadOnlyList<Output> outputs)
    {
        var sinks = new List<IFrameSink>();
        try
        {
            sinks.AddRange(outputs.Select(output => output.Open()));
            return sinks;
        }
        catch
        {
            sinks.ForEach(sink => sink.Dispose());
            throw;
        }
    }

    private static void CheckConservation(string id, StreamSummary summary)
    {
        var ended = summary.Emitted + summary.Dropped.Values.Sum() + summary.Failed.Values.Sum();
        if (ended != summary.Decoded)
        {
            throw new InvalidOperationException($"{id}: {summary.Decoded} frames were decoded and {ended} accounted for ({summary.Emitted} emitted; dropped: {string.Join(", ", summary.Dropped)}; failed: {string.Join(", ", summary.Failed)}): a bug of the pipeline.");
        }
    }

    /// <summary>A source from being added on.</summary>
    private sealed class Entry(PipelineMetrics metrics, string id) : IDisposable
    {
        private readonly Lock _gate = new();
        private readonly CancellationTokenSource _stop = new();

        public SourceMetrics Metrics { get; } = new(metrics, id);

        /// <summary>Null while the source is being opened.</summary>
        public SourceRun? Run { get; private set; }

        /// <summary>Null until it has ended.</summary>
        public SourceProgress? Result { get; set; }

        public IReadOnlyList<string> Outputs { get; set; } = [];

        public Task<SourceProgress> Ended { get; set; } = Task.FromCanceled<SourceProgress>(new CancellationToken(true));

        /// <summary>Asks the source to give up being opened.</summary>
        public CancellationToken Stopping => _stop.Token;

        /// <summary>The source is open now; if it was stopped meanwhile, it ends at once.</summary>
        public void Start(SourceRun run)
        {
            lock (_gate)
            {
                Run = run;
                if (_stop.IsCancellationRequested)
                {
                    run.Stop();
                }
            }
        }

        /// <summary>Something happened to the source; outputs that there are not yet need not know.</summary>
        public void Happened(SourceEvent sourceEvent)
        {
            Metrics.Happened(sourceEvent);
            if (sourceEvent.Kind != SourceEventKind.OpenFailed)
            {
                Run?.Deliver(sourceEvent);
            }
        }

        public void Dispose()
        {
            _stop.Dispose();
        }

        public bool Stop()
        {
            _stop.Cancel();
            lock (_gate)
            {
                if (Result is null)
                {
                    Run?.Stop();
                }

                return Result is null;
            }
        }
    }
}
