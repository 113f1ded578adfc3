using System.Net.Sockets;
using Streaming.Cli.Display;
using Streaming.Config.Run;
using Streaming.Config.Settings;
using Streaming.Model;
using Streaming.Model.Native;
using Streaming.Pipeline;
using Streaming.Pipeline.Metrics;
using Streaming.Server;
using Streaming.Server.Health;
using Streaming.Stages.Cv;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Stages.Live;

namespace Streaming.Cli.Running;

/// <summary>Runs what a run file or flags describe.</summary>
/// <param name="terminal">Where to.</param>
/// <param name="time">The clock.</param>
internal sealed class Runner(Terminal terminal, TimeProvider time)
{
    /// <summary>
    /// Most time for closing the outputs of a run that is given up: with the rest, less than a second.
    /// </summary>
    private static readonly TimeSpan ClosingLimit = TimeSpan.FromMilliseconds(700);

    /// <summary>Runs until every source has ended, or the user stops it.</summary>
    /// <param name="plan">What to do.</param>
    /// <param name="read">Reads the plan again; told a text, it takes that in the place of the run file's.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(RunPlan plan, Func<string?, RunPlan> read)
    {
        var (config, model) = plan;
        using var service = new ServiceManager(Environment.GetEnvironmentVariable, time, terminal.Log);
        using var signals = new StopSignals(terminal.Log, time, config.StopTimeout);
        using var atOnce = signals.Stop.Register(
            () => ProcessExit.Now(HasFiles(config) ? ExitCode.Cancelled : ExitCode.Done));
        // Called before the one above: the last to come is the first to be told.
        using var stopping = signals.Stop.Register(service.Stopping);
        if (!config.Sources.Any(source => Kinds.Sources.IsLive(source.Input)))
        {
            NativeAllocator.KeepLargeBlocks();
        }

        var run = model.Describe(time);
        using var pool = new PixelPool();
        var live = config.Http.Listen is null ? null : new LiveHub(time, terminal.For("live"));
        using var outputs = new RunOutputs(config, run, time, terminal.For("output"), live);
        var jobs = new SourceJobs(outputs, pool, terminal, time, signals.Stop);
        jobs.Prepare([.. config.Sources.Where(source => !source.IsPaused)]);
        foreach (var warning in outputs.Warnings)
        {
            CliLog.OutputWarning(terminal.For("output"), warning);
        }

        if (OpenCv.MissingLibrary is { } missing)
        {
            throw new ModelLoadException(missing);
        }

        var (metrics, health) = (new PipelineMetrics(), new PipelineHealth(time));
        outputs.Observe(metrics);
        await using var server = await ListenAsync(config.Values, metrics, health, terminal).ConfigureAwait(false);
        await using var parts = live is null ? null : new PageParts(config, health, pool, terminal, time);
        await using var page = live is null || parts is null
            ? null : await new LivePage(plan, live, metrics, health, parts, terminal, time).StartAsync().ConfigureAwait(false);
        var detectors = model.Load(terminal.For("model"));
        try
        {
            outputs.CreateFolder(config.Sources);
            var device = string.Join(", ", detectors.OfType<Detector>().Select(detector => detector.DeviceName));
            metrics.Describe(LibTorch.Load().Version, device);
            var options = Options(config.Batching, device);
            await using var pipeline = new VideoPipeline(
                detectors, model.Categories, options, metrics, time, terminal.For("pipeline"));
            parts?.Serve(pipeline, options);
            service.Watch(() => health.IsLive);
            // Until now a stop found nothing under way, and ended the process.
            atOnce.Unregister();
            using var leaving = signals.Abort.Register(() => Leave(pipeline));
            var sources = new RunningSources(pipeline, jobs.Create) { StaysOpen = plan.IsService };
            health.Started(pipeline, () => sources.Idle);
            var reload = new Reload(sources, plan, new ReloadOutputs(jobs, sources), terminal);
            await using var changes = new RunFileControl(plan.File, read, reload, time, terminal.Log);
            parts?.Control.Started(changes);
            return await FollowAsync(plan, () => read(null), pipeline, sources, changes, service, signals).ConfigureAwait(false);
        }
        finally
        {
            foreach (var detector in detectors)
            {
                detector.Dispose();
            }
        }
    }

    /// <summary>How frames flow by default: a GPU wants batches, a CPU does not.</summary>
    public static PipelineOptions Options(BatchingSection batching, string device)
    {
        var size = batching.MaxSize ?? (device.StartsWith("cuda", StringComparison.Ordinal) ? 8 : 1);
        return new PipelineOptions
        {
            BatchSize = size,
            MaxBatchDelay = batching.MaxDelay,
            MaxInFlight = batching.MaxInFlight ?? ((2 * size) + 2),
            // One under way and one that waits: the newest frame is what a camera's user wants.
            MaxInFlightLive = batching.MaxInFlight ?? 2,
            Workers = batching.Workers ?? Environment.ProcessorCount,
        };
    }

    /// <summary>Serves metrics and health if that is wanted.</summary>
    public static async Task<WebServer?> ListenAsync(
        SettingValues values, PipelineMetrics metrics, PipelineHealth health, Terminal terminal)
    {
        var section = MetricsSection.From(values);
        if (section.Listen is not { } listen)
        {
            return null;
        }

        try
        {
            var endpoint = RunChecks.ParseListen(listen)!;
            var log = terminal.For("http");
            var certificate = ServerFiles.Certificate(values, log);
            return await WebServer.StartAsync(endpoint, section.Token, metrics.Registry, health, log, certificate)
                .ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            throw new UsageException(
                $"{values.Full(MetricsSettings.Listen)}: cannot be listened on: {exception.Message.TrimEnd('.')}.");
        }
    }

    private static bool HasFiles(RunConfig config)
    {
        return config.Sources.Any(IsFile);
    }

    private static bool IsFile(SourceConfig source)
    {
        return source.WhenFull == FullMode.Wait;
    }

    private async Task<int> FollowAsync(
        RunPlan plan,
        Func<RunPlan> read,
        VideoPipeline pipeline,
        RunningSources sources,
        RunFileControl changes,
        ServiceManager service,
        StopSignals signals)
    {
        using var reloadSignal = new ReloadSignal(signals.Ask, hasFile: plan.File is not null, terminal.IsInteractive);
        var started = time.GetTimestamp();
        var work = sources.RunAsync(plan.Config.Sources, signals.Stop);
        using var ended = new CancellationTokenSource();
        var reloads = reloadSignal.FollowAsync(
            async () =>
            {
                CliLog.Reloading(terminal.Log, plan.File!);
                service.Reloading();
                await changes.ReloadAsync(read, ended.Token).ConfigureAwait(false);
                service.Ready();
            },
            ended.Token);
        service.Ready();
        var display = new RunDisplay(terminal, time, service.Status) { Idle = () => sources.Idle };
        var results = await display.FollowAsync(pipeline, work).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        await reloads.ConfigureAwait(false);
        display.Summarise(results, time.GetElapsedTime(started));
        return Code(results, signals.Stop.IsCancellationRequested && sources.HasUnfinishedFiles);
    }

    /// <summary>
    /// Failed frames are the failure of a run that came to its end. A camera that was stopped after a year has surely lost one.
    /// </summary>
    private static int Code(IReadOnlyList<SourceStatus> results, bool isUnfinished)
    {
        return results.Any(result => result.Counts.End == StreamEnd.Error
                || (result.Counts.End == StreamEnd.Eof && result.Counts.Failed.Count > 0)) ? ExitCode.Failed
            : isUnfinished ? ExitCode.Cancelled
            : ExitCode.Done;
    }

    /// <summary>
    /// Ends the process without waiting for the network, which cannot be interrupted, once every output has written the frame
    /// that it is writing.
    /// </summary>
    private void Leave(VideoPipeline pipeline)
    {
        CliLog.GivingUp(terminal.Log);
        try
        {
            pipeline.AbandonAsync().Wait(ClosingLimit);
        }
        catch (AggregateException)
        {
            // An output that cannot be closed keeps nobody here.
        }

        ProcessExit.Now(ExitCode.Cancelled);
    }
}
