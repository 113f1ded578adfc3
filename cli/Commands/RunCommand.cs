using System.CommandLine;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Streaming.Cli.Display;
using Streaming.Model;
using Streaming.Pipeline;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Cli.Commands;

/// <summary>`streaming run`: videos and pictures in, JSON lines and annotated videos out.</summary>
internal sealed class RunCommand
{
    private readonly Terminal _terminal;
    private readonly ModelOptions _model = new();

    private readonly Argument<string[]> _inputs = new("INPUT")
    {
        Description = "Video files, pictures, folders of pictures, or addresses of cameras (rtsp://user:password@host/path).",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _output = new("--output", "-o") { Description = "Folder for the results; made if need be.", HelpName = "DIR", DefaultValueFactory = _ => "output" };

    private readonly Option<bool> _video = new("--video") { Description = "Also write annotated videos (annotated pictures for pictures)." };

    private readonly Option<double> _drawThreshold = new("--draw-threshold") { Description = "Draw detections from this score on, 0 to 1.", DefaultValueFactory = _ => 0.5 };

    private readonly Option<int?> _batchSize = new("--batch-size") { Description = "Most frames in a batch. Default: 1 on a CPU, 8 on a GPU." };

    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Replace results that exist already." };

    private readonly Option<bool> _verbose = new("--verbose") { Description = "Log more." };

    private RunCommand(Terminal terminal)
    {
        _terminal = terminal;
    }

    /// <summary>The command for the command line.</summary>
    public static Command Create(Terminal terminal)
    {
        var run = new RunCommand(terminal);
        var command = new Command("run", "Finds objects in videos and pictures; writes DIR/<name>.jsonl and, with --video, an annotated copy.");
        run._inputs.Validators.Add(Unmatched.RefuseOptions);
        command.Arguments.Add(run._inputs);
        foreach (var option in new Option[] { run._output, run._video, run._drawThreshold, run._batchSize, run._overwrite, run._verbose })
        {
            command.Options.Add(option);
        }

        run._model.AddTo(command);
        command.SetAction((parsed, _) => run.ExecuteAsync(parsed, TimeProvider.System));
        return command;
    }

    private async Task<int> ExecuteAsync(ParseResult parsed, TimeProvider time)
    {
        // Everything that can be wrong with the command line is found before the model is loaded.
        _terminal.MinLevel = parsed.GetValue(_verbose) ? LogLevel.Debug : LogLevel.Information;
        var drawThreshold = parsed.GetValue(_drawThreshold);
        if (!(drawThreshold is >= 0 and <= 1))
        {
            throw new UsageException($"--draw-threshold {drawThreshold}: supported: 0 to 1.");
        }

        if (parsed.GetValue(_batchSize) is < 1 or > 1024)
        {
            throw new UsageException($"--batch-size {parsed.GetValue(_batchSize)}: supported: 1 to 1024.");
        }

        var outputs = new RunOutputs(parsed.GetValue(_output)!, parsed.GetValue(_video), drawThreshold);
        var inputs = outputs.Assign(parsed.GetValue(_inputs)!, parsed.GetValue(_overwrite));
        var choice = _model.Read(parsed);
        if (Stages.OpenCv.MissingLibrary is { } missing)
        {
            throw new ModelLoadException(missing);
        }

        using var detector = Detector.Load(choice.Config, choice.Weights, choice.Options, _terminal);
        if (choice.Weights.IsSynthetic)
        {
            CliLog.SyntheticWeights(_terminal, choice.Weights);
        }

        outputs.CreateFolder();
        var batchSize = parsed.GetValue(_batchSize) ?? (detector.DeviceName == "cpu" ? 1 : 8);
        var options = new PipelineOptions { BatchSize = batchSize, MaxInFlight = (2 * batchSize) + 2 };
        using var pool = new PixelPool();
        await using var pipeline = new VideoPipeline(detector, choice.Categories, options, time, _terminal);
        var run = Describe(choice, time);
        SourceJob[] jobs = [.. inputs.Select(input => new SourceJob(
            input.Id,
            cancellation => FrameSources.Open(input.Location, input.Id, pool, time, _terminal, cancellation),
            source => outputs.CreateSinks(source, run, pool),
            StreamAddress.IsAddress(input.Location) ? FullMode.DropOldest : FullMode.Wait))];

        using var signals = new StopSignals(_terminal);
        var started = time.GetTimestamp();
        var display = new RunDisplay(_terminal, time);
        var results = await display.FollowAsync(pipeline, pipeline.RunAsync(jobs, signals.Stop, signals.Abort)).ConfigureAwait(false);
        display.Summarise(results, time.GetElapsedTime(started));
        return results.Any(result => result.Counts.End == StreamEnd.Error || result.Counts.Failed.Count > 0) ? ExitCode.Failed
            : signals.Stop.IsCancellationRequested ? ExitCode.Cancelled
            : ExitCode.Done;
    }

    private static RunInfo Describe(ModelChoice choice, TimeProvider time)
    {
        string? sha256 = null;
        if (choice.Weights.Path is { } path)
        {
            using var file = File.OpenRead(path);
            sha256 = Convert.ToHexStringLower(SHA256.HashData(file));
        }

        return new RunInfo(
            Guid.CreateVersion7(time.GetUtcNow()).ToString(),
            time.GetUtcNow(),
            choice.Config.Name,
            choice.Weights.Path is null ? choice.Weights.ToString() : Path.GetFileName(choice.Weights.Path),
            sha256,
            "fp32",
            choice.Config.RoiHeads.ScoreThreshold,
            choice.Config.MaskHead is not null,
            choice.Categories);
    }
}
