using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Spectre.Console;
using Streaming.Cli.Bench;
using Streaming.Cli.Display;
using Streaming.Cli.Measuring;
using Streaming.Cli.Running;
using Streaming.Config.Run;
using Streaming.Config.Settings;
using Streaming.Model;
using Streaming.Model.Native;
using Streaming.Pipeline.Metrics;
using Streaming.Server.Health;

namespace Streaming.Cli.Commands;

/// <summary>`streaming bench`: how fast it goes, stage by stage.</summary>
internal sealed class BenchCommand
{
    private readonly SettingOptions _options = new(
    [
        .. BenchSettings.All, BatchingSettings.MaxSize, MetricsSettings.Listen, MetricsSettings.Token,
        MetricsSettings.Certificate, MetricsSettings.Key, .. ModelSettings.Section.Settings,
    ]);

    private readonly Argument<string> _input = new("INPUT")
    {
        Description = "A source as for 'run', repeated without end. Default: synthetic:1280x720.",
        DefaultValueFactory = _ => "synthetic:1280x720",
    };

    private readonly Terminal _terminal;
    private readonly TimeProvider _time;

    private BenchCommand(Terminal terminal, TimeProvider time)
    {
        (_terminal, _time) = (terminal, time);
    }

    /// <summary>The command for the command line.</summary>
    public static Command Create(Terminal terminal)
    {
        var bench = new BenchCommand(terminal, TimeProvider.System);
        var command = new Command(
            "bench",
            "Measures throughput, latency and stage times of the whole pipeline, and says what its limit is; "
                + "JSON lines are written and thrown away.");
        bench._input.Validators.Add(Unmatched.RefuseOptions);
        command.Arguments.Add(bench._input);
        bench._options.AddTo(command);
        command.SetAction((parsed, cancellation) =>
            bench.ExecuteAsync(parsed.GetValue(bench._input)!, bench._options.ReadAll(parsed), cancellation));
        return command;
    }

    private async Task<int> ExecuteAsync(string location, SettingValues values, CancellationToken cancellationToken)
    {
        NativeAllocator.KeepLargeBlocks();
        var isNull = values.Get(BenchSettings.IsWithoutNetwork);
        var model = ModelChoice.Of(isNull && !values.IsGiven(ModelSettings.Weights)
            ? values.With(ModelSettings.Weights, $"{ModelSettings.Synthetic}1")
            : values);
        var input = RunInputs.Expand([new SourceConfig { Id = "", Input = location }])[0];
        if (values.Get(BenchSettings.IsNetworkAlone))
        {
            return isNull
                ? throw new UsageException(
                    $"{values.Full(BenchSettings.IsNetworkAlone)} measures the network: it wants --detector model.")
                : DetectBench.Run(
                    model,
                    input,
                    values.FindValue(BatchingSettings.MaxSize) ?? 1,
                    values.Get(BenchSettings.Duration).TotalSeconds,
                    _terminal,
                    _time,
                    cancellationToken);
        }

        var (metrics, health) = (new PipelineMetrics(), new PipelineHealth(_time));
        if (RunChecks.Metrics(values).FirstOrDefault() is { } error)
        {
            throw new UsageException(error);
        }

        await using var server = await Runner.ListenAsync(values, metrics, health, _terminal).ConfigureAwait(false);
        var detectors = isNull ? [new NullDetector(model.Config.Input)] : model.Load(_terminal.Log);
        try
        {
            var device = isNull ? "none" : string.Join(
                ", ", detectors.OfType<Detector>().Select(detector => detector.DeviceName));
            metrics.Describe(isNull ? "none" : LibTorch.Load().Version, device);
            var options = Runner.Options(BatchingSection.From(values), device);
            var mode = values.Get(BenchSettings.Mode);
            var plan = new BenchPlan(
                input,
                mode == BenchMode.Closed ? null : values.Get(BenchSettings.Fps),
                values.Get(BenchSettings.Warmup),
                values.Get(BenchSettings.Duration));
            var trial = new BenchTrial(detectors, model.Describe(_time), options, metrics, health, _time);
            var (result, density) = mode == BenchMode.Density
                ? await FindDensityAsync(trial, plan, values, cancellationToken).ConfigureAwait(false)
                : (await trial.RunAsync(plan, values.Get(BenchSettings.Streams), cancellationToken).ConfigureAwait(false), null);
            var report = new BenchReport(
                mode.ToString().ToLowerInvariant(),
                $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription.Trim()}",
                $".NET {Environment.Version}, libtorch {(isNull ? "none" : LibTorch.Load().Version)}",
                _time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                $"{model.Config.Name} {model.Weights}",
                isNull ? "null" : "model",
                device,
                model.Section.Precision.ToString().ToLowerInvariant(),
                location,
                model.Config.Input.MinSize,
                options.BatchSize,
                options.MaxBatchDelay.TotalMilliseconds,
                plan.Warmup.TotalSeconds,
                result,
                density);
            Show(report);
            Write(report, values);
            return ExitCode.Done;
        }
        finally
        {
            foreach (var detector in detectors)
            {
                detector.Dispose();
            }
        }
    }

    /// <summary>Twice as many until it does not hold, then by halves between.</summary>
    private async Task<(BenchTrialReport Result, DensityReport Density)> FindDensityAsync(
        BenchTrial trial, BenchPlan plan, SettingValues values, CancellationToken cancellationToken)
    {
        var budget = values.Get(BenchSettings.BudgetMs);
        var most = values.FindValue(BenchSettings.Streams) ?? BenchSettings.MaxStreams;
        var trials = new List<BenchTrialReport>();
        var (holds, fails) = (0, most + 1);
        BenchTrialReport? best = null;
        for (var streams = 1; holds + 1 < fails; streams = fails > most ? Math.Min(holds * 2, most) : (holds + fails) / 2)
        {
            var result = await trial.RunAsync(plan, streams, cancellationToken).ConfigureAwait(false);
            trials.Add(result);
            var isHolding = result.Holds(budget);
            _terminal.Info(string.Create(
                CultureInfo.InvariantCulture,
                $"{streams} stream(s): {(isHolding ? "hold" : "do not hold")}; slowest {result.PerStreamFps.Min} frames/s, "
                + $"p99 {result.LatencyMs.P99} ms, lost {result.Dropped.Values.Sum()}"));
            (holds, fails) = isHolding ? (streams, fails) : (holds, streams);
            best = isHolding ? result : best;
        }

        const string criterion =
            "every stream at 99 % of its rate or more, p99 from decoded to written within the budget, no frame dropped or failed";
        return (best ?? trials[0], new DensityReport(plan.Fps!.Value, holds, budget, criterion, trials));
    }

    private void Show(BenchReport report)
    {
        var result = report.Result;
        var table = new Table().RoundedBorder().AddColumns("ms", "p50", "p90", "p95", "p99", "max");
        foreach (var (name, times) in result.StagesMs.Append(KeyValuePair.Create("end to end", result.LatencyMs)))
        {
            double[] row = [times.P50, times.P90, times.P95, times.P99, times.Max];
            table.AddRow([name, .. row.Select(value => value.ToString("0.00", CultureInfo.InvariantCulture))]);
        }

        _terminal.Console.Write(table);
        _terminal.Info(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.ThroughputFps} frames/s over {result.Streams} stream(s) in {result.DurationS} s; "
            + $"slowest stream {result.PerStreamFps.Min}; mean batch {result.MeanBatch}; "
            + $"{result.DetectionsPerFrame} detections a frame"));
        _terminal.Info(string.Create(
            CultureInfo.InvariantCulture,
            $"CPU {result.CpuMsPerFrame} ms and {result.AllocatedKbPerFrame} KiB a frame; peak memory {result.RssPeakMb} MiB; "
            + $"dropped {result.Dropped.Values.Sum()}, failed {result.Failed.Values.Sum()}"));
        var busy = result.Busy.Select(
            stage => string.Create(CultureInfo.InvariantCulture, $"{stage.Key} {100 * stage.Value:0} %"));
        _terminal.Info(result.Limit == StageLoad.Sources
            ? "Limit: the sources' rate; every stage kept up"
            : $"Limit: {result.Limit}; busy: {string.Join(", ", busy)}");
        if (report.StreamDensity is { } density)
        {
            _terminal.Info(string.Create(
                CultureInfo.InvariantCulture,
                $"This machine holds {density.Streams} stream(s) at {density.Fps} frames/s within {density.BudgetMs} ms"));
        }
    }

    private static void Write(BenchReport report, SettingValues values)
    {
        if (values.Find(BenchSettings.Report) is not { } path)
        {
            return;
        }

        try
        {
            File.WriteAllText(path, JsonSerializer.Serialize(report, BenchJson.Default.BenchReport) + "\n");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{values.Full(BenchSettings.Report)}: cannot be written: {exception.Message}");
        }
    }
}
