using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Spectre.Console;
using Streaming.Cli.Bench;
using Streaming.Cli.Display;
using Streaming.Cli.Running;
using Streaming.Config.Run;
using Streaming.Model;
using Streaming.Model.Native;
using Streaming.Server.Health;
using Streaming.Pipeline.Metrics;

namespace Streaming.Cli.Commands;

/// <summary>`streaming bench`: how fast it goes, stage by stage.</summary>
internal sealed class BenchCommand
{
    private const int MostStreams = 256;

    private readonly ModelOptions _model = new();

    private readonly Argument<string> _input = new("INPUT") { Description = "A source as for 'run', repeated without end. Default: synthetic:1280x720.", DefaultValueFactory = _ => "synthetic:1280x720" };

    private readonly Option<string> _mode = new("--mode")
    {
        Description = "closed: as fast as it goes; open: streams at a given rate; density: the most streams such that every one keeps its rate, 99 of 100 frames come within the budget, and none is lost.",
        DefaultValueFactory = _ => "closed",
    };

    private readonly Option<string> _stage = new("--stage") { Description = "all: the whole pipeline; detect: the network alone, part by part, on one frame of the input (on the CPU).", DefaultValueFactory = _ => "all" };

    private readonly Option<int> _streams = new("--streams") { Description = "Streams at once (density: at most).", DefaultValueFactory = _ => 1 };

    private readonly Option<double> _fps = new("--fps") { Description = "Each stream's rate, for open and density.", DefaultValueFactory = _ => 25 };

    private readonly Option<double> _budget = new("--budget-ms") { Description = "Density: most time from decoded to written.", DefaultValueFactory = _ => 500 };

    private readonly Option<double> _seconds = new("--seconds") { Description = "Measured time of a trial.", DefaultValueFactory = _ => 20 };

    private readonly Option<double> _warmup = new("--warmup") { Description = "Seconds before that are left out.", DefaultValueFactory = _ => 5 };

    private readonly Option<string> _detector = new("--detector") { Description = "model, or null: everything but the model.", DefaultValueFactory = _ => "model" };

    private readonly Option<int?> _batchSize = new("--batch-size") { Description = "Most frames in a batch. Default: 1 on a CPU, 8 on a GPU." };

    private readonly Option<string?> _metrics = new("--metrics") { Description = "Serve /metrics while it runs, for example on 127.0.0.1:9464.", HelpName = "HOST:PORT" };

    private readonly Option<string?> _report = new("--report") { Description = "Also write the result as JSON.", HelpName = "FILE" };

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
        var command = new Command("bench", "Measures throughput, latency and stage times of the whole pipeline, and says what its limit is; JSON lines are written and thrown away.");
        bench._mode.AcceptOnlyFromAmong("closed", "open", "density");
        bench._stage.AcceptOnlyFromAmong("all", "detect");
        bench._detector.AcceptOnlyFromAmong("model", "null");
        bench._input.Validators.Add(Unmatched.RefuseOptions);
        command.Arguments.Add(bench._input);
        foreach (var option in new Option[]
        {
            bench._mode, bench._stage, bench._streams, bench._fps, bench._budget, bench._seconds, bench._warmup, bench._detector, bench._batchSize, bench._metrics, bench._report,
        })
        {
            command.Options.Add(option);
        }

        bench._model.AddTo(command);
        command.SetAction((parsed, cancellation) => bench.ExecuteAsync(parsed, cancellation));
        return command;
    }

    private async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        CheckRanges(parsed);
        NativeAllocator.KeepLargeBlocks();
        var isNull = parsed.GetValue(_detector) == "null";
        var section = _model.Overlay(parsed, new ModelSection());
        if (isNull)
        {
            section = section with { Weights = section.Weights ?? "synthetic:1" };
        }

        var model = ModelChoice.Of(section);
        var input = RunInputs.Expand([new SourceConfig { Id = "", Input = parsed.GetValue(_input)! }])[0];
        if (parsed.GetValue(_stage) == "detect")
        {
            return isNull
                ? throw new UsageException("--stage detect measures the network: it wants --detector model.")
                : DetectBench.Run(model, input, parsed.GetValue(_batchSize) ?? 1, parsed.GetValue(_seconds), _terminal, _time, cancellationToken);
        }

        var (metrics, health) = (new PipelineMetrics(), new PipelineHealth(_time));
        var listen = new MetricsSection { Listen = parsed.GetValue(_metrics) };
        if (RunChecks.Errors(new RunConfig { Metrics = listen }).FirstOrDefault() is { } error)
        {
            throw new UsageException(error);
        }

        await using var server = await Runner.ListenAsync(listen, metrics, health, _terminal).ConfigureAwait(false);
        var detectors = isNull ? [new NullDetector(model.Config.Input)] : model.Load(_terminal);
        try
        {
            var device = isNull ? "none" : string.Join(", ", detectors.OfType<Detector>().Select(detector => detector.DeviceName));
            metrics.Describe(isNull ? "none" : LibTorch.Load().Version, device);
            var options = Runner.Options(new BatchingSection { MaxSize = parsed.GetValue(_batchSize) }, device);
            var mode = parsed.GetValue(_mode)!;
            var plan = new BenchPlan(
                input, mode == "closed" ? null : parsed.GetValue(_fps), TimeSpan.FromSeconds(parsed.GetValue(_warmup)), TimeSpan.FromSeconds(parsed.GetValue(_seconds)));
            var trial = new BenchTrial(detectors, model.Describe(_time), options, metrics, health, _time);
            var (result, density) = mode == "density"
                ? await FindDensityAsync(trial, plan, parsed, cancellationToken).ConfigureAwait(false)
                : (await trial.RunAsync(plan, parsed.GetValue(_streams), cancellationToken).ConfigureAwait(false), null);
            var report = new BenchReport(
                mode,
                $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription.Trim()}",
                $".NET {Environment.Version}, libtorch {(isNull ? "none" : LibTorch.Load().Version)}",
                _time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                $"{model.Config.Name} {model.Weights}",
                parsed.GetValue(_detector)!,
                device,
                model.Section.Precision.ToString().ToLowerInvariant(),
                parsed.GetValue(_input)!,
                model.Config.Input.MinSize,
                options.BatchSize,
                options.MaxBatchDelay.TotalMilliseconds,
                plan.Warmup.TotalSeconds,
                result,
                density);
            Show(report);
            Write(report, parsed.GetValue(_report));
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
        BenchTrial trial, BenchPlan plan, ParseResult parsed, CancellationToken cancellationToken)
    {
        var (budget, most) = (parsed.GetValue(_budget), parsed.IsGiven(_streams) ? parsed.GetValue(_streams) : MostStreams);
        var trials = new List<BenchTrialReport>();
        var (holds, fails) = (0, most + 1);
        BenchTrialReport? best = null;
        for (var streams = 1; holds + 1 < fails; streams = fails > most ? Math.Min(holds * 2, most) : (holds + fails) / 2)
        {
            var result = await trial.RunAsync(plan, streams, cancellationToken).ConfigureAwait(false);
            trials.Add(result);
            var isHolding = result.Holds(budget);
            _terminal.Info(string.Create(
                CultureInfo.InvariantCulture, $"{streams} stream(s): {(isHolding ? "hold" : "do not hold")}; slowest {result.PerStreamFps.Min} frames/s, p99 {result.LatencyMs.P99} ms, lost {result.Dropped.Values.Sum()}"));
            (holds, fails) = isHolding ? (streams, fails) : (holds, streams);
            best = isHolding ? result : best;
        }

        var criterion = "every stream at 99 % of its rate or more, p99 from decoded to written within the budget, no frame dropped or failed";
        return (best ?? trials[0], new DensityReport(plan.Fps!.Value, holds, budget, criterion, trials));
    }

    private void Show(BenchReport report)
    {
        var result = report.Result;
        var table = new Table().RoundedBorder().AddColumns("ms", "p50", "p90", "p95", "p99", "max");
        foreach (var (name, times) in result.StagesMs.Append(KeyValuePair.Create("end to end", result.LatencyMs)))
        {
            table.AddRow([name, .. new[] { times.P50, times.P90, times.P95, times.P99, times.Max }.Select(value => value.ToString("0.00", CultureInfo.InvariantCulture))]);
        }

        _terminal.Console.Write(table);
        _terminal.Info(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.ThroughputFps} frames/s over {result.Streams} stream(s) in {result.DurationS} s; slowest stream {result.PerStreamFps.Min}; mean batch {result.MeanBatch}; {result.DetectionsPerFrame} detections a frame"));
        _terminal.Info(string.Create(
            CultureInfo.InvariantCulture,
            $"CPU {result.CpuMsPerFrame} ms and {result.AllocatedKbPerFrame} KiB a frame; peak memory {result.RssPeakMb} MiB; dropped {result.Dropped.Values.Sum()}, failed {result.Failed.Values.Sum()}"));
        _terminal.Info(result.Limit == StageLoad.Sources
            ? "Limit: the sources' rate; every stage kept up"
            : $"Limit: {result.Limit}; busy: {string.Join(", ", result.Busy.Select(stage => string.Create(CultureInfo.InvariantCulture, $"{stage.Key} {100 * stage.Value:0} %")))}");
        if (report.StreamDensity is { } density)
        {
            _terminal.Info(string.Create(CultureInfo.InvariantCulture, $"This machine holds {density.Streams} stream(s) at {density.Fps} frames/s within {density.BudgetMs} ms"));
        }
    }

    private static void Write(BenchReport report, string? path)
    {
        if (path is null)
        {
            return;
        }

        try
        {
            File.WriteAllText(path, JsonSerializer.Serialize(report, BenchJson.Default.BenchReport) + "\n");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--report {path}: cannot be written: {exception.Message}");
        }
    }

    private void CheckRanges(ParseResult parsed)
    {
        Check(_fps, parsed.GetValue(_fps), 0.001, 1000);
        Check(_seconds, parsed.GetValue(_seconds), 0.1, 86_400);
        Check(_warmup, parsed.GetValue(_warmup), 0, 3600);
        Check(_budget, parsed.GetValue(_budget), 1, 1e6);
        Check(_streams, parsed.GetValue(_streams), 1, MostStreams);
        Check(_batchSize, parsed.GetValue(_batchSize) ?? 1, 1, 1024);

        static void Check(Option option, double value, double min, double max)
        {
            if (!(value >= min && value <= max))
            {
                throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{option.Name} {value}: supported: {min} to {max}."));
            }
        }
    }
}
