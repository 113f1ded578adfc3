using System.Net.Sockets;
using Streaming.Cli.Display;
using Streaming.Config.Run;
using Streaming.Config.Settings;
using Streaming.Model;
using Streaming.Model.Native;
using Streaming.Pipeline;
using Streaming.Server;
using Streaming.Server.Health;
using Streaming.Pipeline.Metrics;
using Streaming.Stages.Cv;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Cli.Running;

/// <summary>Runs what a run file or flags describe.</summary>
/// <param name="terminal">Where to.</param>
/// <param name="time">The clock.</param>
internal sealed class Runner(Terminal terminal, TimeProvider time)
{
    /// <summary>Runs until every source has ended, or the user stops it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(RunPlan plan)
    {
        var (config, model) = plan;
        var sources = config.Sources;
        if (!sources.Any(source => Kinds.Sources.IsLive(source.Input)))
        {
            NativeAllocator.KeepLargeBlocks();
        }

        var run = model.Describe(time);
        using var pool = new PixelPool();
        var outputs = new RunOutputs(config, run, pool, terminal);
        outputs.CheckNew(sources);
        var earlier = outputs.FindEarlier(sources);
        foreach (var warning in outputs.Warnings)
        {
            CliLog.OutputWarning(terminal, warning);
        }

        if (OpenCv.MissingLibrary is { } missing)
        {
            throw new ModelLoadException(missing);
        }

        var (metrics, health) = (new PipelineMetrics(), new PipelineHealth(time));
        await using var server = await ListenAsync(config.Values, metrics, health, terminal).ConfigureAwait(false);
        var detectors = model.Load(terminal);
        try
        {
            outputs.CreateFolder();
            var device = string.Join(", ", detectors.OfType<Detector>().Select(detector => detector.DeviceName));
            metrics.Describe(LibTorch.Load().Version, device);
            await using var pipeline = new VideoPipeline(
                detectors, model.Categories, Options(config.Batching, device), metrics, time, terminal);
            health.Started(pipeline);
            using var signals = new StopSignals(terminal, time);
            SourceJob[] jobs =
                [.. sources.Select(source => CreateJob(source, outputs, earlier, pool, signals.Stop)).OfType<SourceJob>()];
            var started = time.GetTimestamp();
            var display = new RunDisplay(terminal, time);
            var work = pipeline.RunAsync(jobs, signals.Stop, signals.Abort);
            var results = await display.FollowAsync(pipeline, work).ConfigureAwait(false);
            display.Summarise(results, time.GetElapsedTime(started));
            return results.Any(result => result.Counts.End == StreamEnd.Error || result.Counts.Failed.Count > 0) ? ExitCode.Failed
                : signals.Stop.IsCancellationRequested ? ExitCode.Cancelled
                : ExitCode.Done;
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
            var certificate = ServerFiles.Certificate(values, terminal);
            return await WebServer.StartAsync(endpoint, section.Token, certificate, metrics, health, terminal)
                .ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            throw new UsageException(
                $"{values.Full(MetricsSettings.Listen)}: cannot be listened on: {exception.Message.TrimEnd('.')}.");
        }
    }

    private SourceJob? CreateJob(
        SourceConfig source, RunOutputs outputs, EarlierRuns runs, PixelPool pool, CancellationToken stop)
    {
        RecordedStream? earlier;
        try
        {
            earlier = runs.Of(source.Id);
        }
        catch (EmitException exception)
        {
            // This source fails when it is opened; the others run.
            return new SourceJob(source.Id, (_, _) => throw exception, _ => []);
        }

        var isLive = source.WhenFull != FullMode.Wait;
        if (!isLive && earlier is { IsComplete: true })
        {
            // The record is finished last.
            CliLog.CompleteAlready(terminal, source.Id);
            return null;
        }

        var context = new SourceContext(source.Id, pool, time) { Logger = terminal };
        var firstIndex = isLive ? 0 : earlier?.NextIndex ?? 0;
        return new SourceJob(
            source.Id,
            (report, cancellation) => Kinds.Sources.Open(source, context with { Report = report }, firstIndex, cancellation),
            info => outputs.Create(info, source, earlier, () => Kinds.Sources.Open(source, context, 0, stop), stop),
            source.WhenFull!.Value)
        {
            Annotator = outputs.Annotator,
            MaxFps = source.MaxFps,
            Earlier = isLive ? null : earlier,
        };
    }
}
