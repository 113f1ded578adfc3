using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;
using Streaming.Config.Run;
using Streaming.Config.Zoo;
using Streaming.Model;
using Streaming.Model.Masks;
using Streaming.Pipeline.Graph;
using Streaming.Pipeline.Metrics;
using Streaming.Pipeline.Sources;
using Streaming.Pipeline.Supervision;

namespace Streaming.Pipeline;

/// <summary>
/// Runs sources through the network and into their outputs. Sources are added and removed while it runs; one that fails does not
/// touch the others.
/// </summary>
public sealed class VideoPipeline : IAsyncDisposable
{
    private readonly PipelineOptions _options;
    private readonly ILogger _logger;
    private readonly Watchdog _watchdog;
    private readonly FrameGraph _graph;
    private readonly SourceServices _services;
    private readonly CancellationTokenSource _abort = new();

    /// <summary>Guards the sources and whether there may be new ones.</summary>
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (SourceHandle Handle, SourceMetrics Metrics)> _sources = new(StringComparer.Ordinal);
    private bool _isDisposed;

    /// <summary>Creates a pipeline; the detectors stay the caller's.</summary>
    /// <param name="detectors">One for each device that shares the work, all of one model; at least one.</param>
    /// <param name="options">How frames flow.</param>
    /// <param name="registry">Gets the pipeline's metrics; by default one of its own: see <see cref="Registry"/>.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <param name="logger">Where events go; nowhere by default.</param>
    /// <exception cref="ArgumentException">There is no detector, or an option is out of its range.</exception>
    public VideoPipeline(
        IReadOnlyList<Detector> detectors,
        PipelineOptions options,
        CollectorRegistry? registry = null,
        TimeProvider? time = null,
        ILogger? logger = null)
        : this(detectors, CategoriesOf(detectors), options, new PipelineMetrics(registry), time, logger)
    {
    }

    /// <summary>Creates a pipeline; the detectors stay the caller's.</summary>
    /// <param name="detectors">One for each device that shares the work; at least one.</param>
    /// <param name="categories">Their classes in order.</param>
    /// <param name="options">How frames flow.</param>
    /// <param name="metrics">What is measured; the pipeline's own by default.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <param name="logger">Where events go.</param>
    internal VideoPipeline(
        IReadOnlyList<IDetector> detectors,
        IReadOnlyList<Category> categories,
        PipelineOptions options,
        PipelineMetrics? metrics = null,
        TimeProvider? time = null,
        ILogger? logger = null)
    {
        options.Validate();
        ArgumentOutOfRangeException.ThrowIfZero(detectors.Count, nameof(detectors));
        (_options, Metrics, _logger) = (options, metrics ?? new PipelineMetrics(), logger ?? NullLogger.Instance);
        time ??= TimeProvider.System;
        _watchdog = new Watchdog(options.HangLimit, stage => Metrics.Stalls.WithLabels(stage).Inc(), time, _logger);
        _graph = new FrameGraph(detectors, new DetectionBuilder(categories), options, Metrics, _watchdog, time, _logger);
        _services = new SourceServices(
            options, categories, _graph.Admission, new OutputMetrics(Metrics), _watchdog, time, _logger);
        Metrics.Registry.AddBeforeCollectCallback(
            () => Metrics.QueueCapacity.WithLabels("all").Set(RunningSources * options.MaxInFlight));
    }

    /// <summary>The metrics, as Prometheus collects them: for an exporter, or for the web server.</summary>
    public CollectorRegistry Registry => Metrics.Registry;

    /// <summary>What is measured.</summary>
    internal PipelineMetrics Metrics { get; }

    /// <summary>Every source that was added and not removed, in the order of their names.</summary>
    public IReadOnlyList<SourceHandle> Sources => [.. AllSources.Where(handle => !handle.IsHidden)];

    /// <summary>With those of the program itself.</summary>
    private IReadOnlyList<SourceHandle> AllSources
    {
        get
        {
            lock (_gate)
            {
                return [.. _sources.Values.Select(source => source.Handle).OrderBy(handle => handle.Id, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>The same sources with what was measured of them.</summary>
    internal IReadOnlyList<(SourceHandle Handle, SourceMetrics Metrics)> Measured
    {
        get
        {
            lock (_gate)
            {
                return [.. _sources.Values.OrderBy(source => source.Handle.Id, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Frames (for infer: batches) that wait, by stage.</summary>
    internal IReadOnlyList<(string Stage, int Waiting)> Queues => _graph.Queues;

    /// <summary>What hangs in native code at the moment, and for how long; normally nothing.</summary>
    public IReadOnlyList<(string What, TimeSpan For)> Hanging => _watchdog.Hanging;

    private int RunningSources => AllSources.Count(source => !source.Completion.IsCompleted);

    /// <summary>Adds a source and waits until it runs.</summary>
    /// <param name="job">The source; its name must be new.</param>
    /// <returns>The source, once it runs or has ended without running; see <see cref="SourceStatus.LastError"/>.</returns>
    /// <exception cref="ArgumentException">There is a source of that name already, or there are too many.</exception>
    /// <exception cref="ObjectDisposedException">The pipeline is disposed.</exception>
    public async Task<SourceHandle> AddAsync(SourceJob job)
    {
        var handle = Add(job);
        await handle.Started.ConfigureAwait(false);
        return handle;
    }

    /// <summary>
    /// Takes a source out: it ends as after <see cref="SourceHandle.Stop"/>, and then its name is free and its metrics are gone.
    /// </summary>
    /// <param name="id">Its name.</param>
    /// <returns>How it ended; null when there is no such source.</returns>
    /// <exception cref="OperationCanceledException">The pipeline was aborted meanwhile.</exception>
    public async Task<SourceStatus?> RemoveAsync(string id)
    {
        (SourceHandle Handle, SourceMetrics Metrics) source;
        lock (_gate)
        {
            if (!_sources.TryGetValue(id, out source))
            {
                return null;
            }
        }

        source.Handle.Stop();
        var status = await source.Handle.Completion.ConfigureAwait(false);
        lock (_gate)
        {
            // Whoever was first removes it; a new source may have the name by now.
            if (_sources.TryGetValue(id, out var current) && current.Handle == source.Handle)
            {
                _sources.Remove(id);
                source.Metrics.Remove();
            }
        }

        return status;
    }

    /// <summary>Asks every source to end, and waits until all have.</summary>
    public async Task StopAsync()
    {
        var sources = AllSources;
        foreach (var source in sources)
        {
            source.Stop();
        }

        await ((Task)AllEnded(sources)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Gives up at once: frames in flight no longer reach the outputs, which are closed as they are.</summary>
    public void Abort()
    {
        foreach (var source in AllSources)
        {
            source.Abort();
        }

        _abort.Cancel();
    }

    /// <summary>
    /// Aborts and closes all outputs, without waiting for the network as disposing does: for a program that ends at once.
    /// </summary>
    internal Task AbandonAsync()
    {
        Abort();
        return Task.WhenAll(AllSources.Select(source => source.CloseOutputsAsync()));
    }

    /// <summary>
    /// Runs jobs: those of live sources all at once, those that wait (files) one after the other. A job that fails does not keep
    /// the others from running.
    /// </summary>
    /// <param name="jobs">The sources; their names are unique.</param>
    /// <param name="stop">Asks to stop: see <see cref="StopAsync"/>.</param>
    /// <param name="abort">Gives up: see <see cref="Abort"/>.</param>
    /// <returns>How each started source ended, in order.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="abort"/> was used.</exception>
    public async Task<IReadOnlyList<SourceStatus>> RunAsync(
        IReadOnlyList<SourceJob> jobs, CancellationToken stop, CancellationToken abort)
    {
        using var onAbort = abort.Register(Abort);
        SourceHandle[] live = [.. jobs.Where(job => job.FullMode != FullMode.Wait).Select(Add)];
        using var onStop = stop.Register(() => Array.ForEach(live, handle => handle.Stop()));
        var results = new List<SourceStatus>();
        foreach (var job in jobs.Where(job => job.FullMode == FullMode.Wait))
        {
            if (stop.IsCancellationRequested)
            {
                break;
            }

            var handle = Add(job);
            using var stopThis = stop.Register(handle.Stop);
            results.Add(await handle.Completion.ConfigureAwait(false));
        }

        results.AddRange(await Task.WhenAll(live.Select(handle => handle.Completion)).ConfigureAwait(false));
        abort.ThrowIfCancellationRequested();
        return results;
    }

    /// <summary>
    /// Aborts what still runs, and waits until every frame is out of the graph: native code cannot be interrupted.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        Abort();
        var sources = AllSources;
        await ((Task)AllEnded(sources)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _graph.Complete();
        await _graph.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var source in sources)
        {
            await source.CloseAsync().ConfigureAwait(false);
        }

        _graph.Dispose();
        _watchdog.Dispose();
        _abort.Dispose();
    }

    /// <summary>Adds a source without waiting until it runs.</summary>
    internal SourceHandle Add(SourceJob job)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_sources.ContainsKey(job.Id))
            {
                throw new ArgumentException($"{job.Id}: there is a source of that name already.", nameof(job));
            }

            if (_sources.Values.Count(source => !source.Handle.Completion.IsCompleted) >= _options.MaxSources)
            {
                throw new ArgumentException(
                    $"{job.Id}: there are {_options.MaxSources} sources already, as many as the pipeline may have.", nameof(job));
            }

            var metrics = new SourceMetrics(Metrics, job);
            var handle = new SourceHandle(job.Id, new SourceRun(job, _services, metrics), metrics, job.IsHidden);
            _sources.Add(job.Id, (handle, metrics));
            handle.Start(_graph.Completion, _abort.Token);
            handle.Completion.ContinueWith(
                ended => Ended(ended.Result),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default);
            return handle;
        }
    }

    private static IReadOnlyList<Category> CategoriesOf(IReadOnlyList<Detector> detectors)
    {
        ArgumentOutOfRangeException.ThrowIfZero(detectors.Count, nameof(detectors));
        return detectors[0].Categories;
    }

    private static Task<SourceStatus[]> AllEnded(IReadOnlyList<SourceHandle> sources)
    {
        return Task.WhenAll(sources.Select(source => source.Completion));
    }

    private void Ended(SourceStatus status)
    {
        if (status.Counts.Error is { } error)
        {
            PipelineLog.SourceFailed(_logger, status.Id, error);
        }
    }
}
