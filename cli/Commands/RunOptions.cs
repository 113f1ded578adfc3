using System.CommandLine;
using System.CommandLine.Parsing;
using Streaming.Config.Run;

namespace Streaming.Cli.Commands;

/// <summary>The options of `run` and `check`: each can stand in a run file too, and wins over what stands there.</summary>
internal sealed class RunOptions
{
    private readonly ModelOptions _model = new();

    private readonly Argument<string[]> _inputs = new("INPUT")
    {
        Description = "Video files, pictures, folders of either, addresses of cameras (rtsp://camera.lan/path), usb:0, synthetic:1280x720@30; or one run file (.yaml).",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _output = new("--output", "-o") { Description = "Folder for the results; made if need be. Default: output.", HelpName = "DIR" };

    private readonly Option<bool> _video = new("--video") { Description = "Also write annotated videos (annotated pictures for pictures)." };

    private readonly Option<bool> _coco = new("--coco") { Description = "Also write COCO results." };

    private readonly Option<double?> _drawThreshold = new("--draw-threshold") { Description = "Draw detections from this score on, 0 to 1. Default: 0.5." };

    private readonly Option<int?> _batchSize = new("--batch-size") { Description = "Most frames in a batch. Default: 1 on a CPU, 8 on a GPU." };

    private readonly Option<double?> _maxFps = new("--max-fps") { Description = "Most frames a second of a source that are processed. Default: all." };

    private readonly Option<double?> _start = new("--start") { Description = "Files: seconds at which to begin." };

    private readonly Option<double?> _end = new("--end") { Description = "Files: seconds at which to end." };

    private readonly Option<int?> _stride = new("--stride") { Description = "Files: process every so manieth frame." };

    private readonly Option<string?> _trust = new("--trust") { Description = "rtsps and https: a PEM file with the camera's own certificate or its authority's; 'any' trusts everybody.", HelpName = "FILE" };

    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Replace results that exist already." };

    private readonly Option<bool> _resume = new("--resume") { Description = "Go on where an earlier run with the same settings was stopped or killed." };

    private readonly Option<string?> _metrics = new("--metrics") { Description = "Serve /metrics, /healthz and /status, for example on 127.0.0.1:9464.", HelpName = "HOST:PORT" };

    private readonly Option<bool> _verbose = new("--verbose") { Description = "Log more." };

    /// <summary>Adds the argument and the options to a command.</summary>
    public void AddTo(Command command)
    {
        _inputs.Validators.Add(Unmatched.RefuseOptions);
        command.Arguments.Add(_inputs);
        foreach (var option in new Option[] { _output, _video, _coco, _drawThreshold, _batchSize, _maxFps, _start, _end, _stride, _trust, _overwrite, _resume, _metrics, _verbose })
        {
            command.Options.Add(option);
        }

        _model.AddTo(command);
    }

    /// <summary>What the user wants, out of the run file if there is one, and the flags.</summary>
    public RunConfig Read(ParseResult parsed)
    {
        var inputs = parsed.GetValue(_inputs)!;
        if (inputs.Length > 1 && inputs.Any(RunFile.IsRunFile))
        {
            throw new UsageException($"{inputs.First(RunFile.IsRunFile)}: a run file stands alone: put the other inputs into it, under 'sources'.");
        }

        CheckRanges(parsed);
        var config = RunFile.IsRunFile(inputs[0])
            ? RunFile.Read(inputs[0])
            : new RunConfig { Sources = [.. inputs.Select(input => new SourceConfig { Id = "", Input = input })] };
        return config with
        {
            Model = _model.Overlay(parsed, config.Model),
            Batching = config.Batching with { MaxSize = parsed.GetValue(_batchSize) ?? config.Batching.MaxSize },
            Output = Overlay(parsed, config.Output),
            Metrics = config.Metrics with { Listen = parsed.GetValue(_metrics) ?? config.Metrics.Listen },
            Sources = [.. config.Sources.Select(source => Overlay(parsed, source))],
            Verbose = parsed.GetValue(_verbose) || config.Verbose,
        };
    }

    private OutputSection Overlay(ParseResult parsed, OutputSection output)
    {
        return output with
        {
            Folder = parsed.GetValue(_output) ?? output.Folder,
            Video = parsed.GetValue(_video) ? output.Video ?? OutputSection.DefaultVideo : output.Video,
            Coco = parsed.GetValue(_coco) ? output.Coco ?? OutputSection.DefaultCoco : output.Coco,
            DrawThreshold = parsed.GetValue(_drawThreshold) ?? output.DrawThreshold,
            Existing = parsed.GetValue(_resume) ? ExistingOutput.Resume : parsed.GetValue(_overwrite) ? ExistingOutput.Overwrite : output.Existing,
        };
    }

    private SourceConfig Overlay(ParseResult parsed, SourceConfig source)
    {
        return source with
        {
            MaxFps = parsed.GetValue(_maxFps) ?? source.MaxFps,
            Start = parsed.GetValue(_start) is { } start ? TimeSpan.FromSeconds(start) : source.Start,
            End = parsed.GetValue(_end) is { } end ? TimeSpan.FromSeconds(end) : source.End,
            Stride = parsed.GetValue(_stride) ?? source.Stride,
            Trust = parsed.GetValue(_trust) ?? source.Trust,
        };
    }

    private void CheckRanges(ParseResult parsed)
    {
        Check(_drawThreshold, 0, 1);
        Check(_maxFps, 0.001, 1000);
        Check(_start, 0, 1e9);
        Check(_end, 0, 1e9);
        CheckWhole(_batchSize, 1024);
        CheckWhole(_stride, 1_000_000);
        if (parsed.GetValue(_resume) && parsed.GetValue(_overwrite))
        {
            throw new UsageException("--resume and --overwrite: use one of them.");
        }

        void Check(Option<double?> option, double min, double max)
        {
            if (parsed.GetValue(option) is { } value && !(value >= min && value <= max))
            {
                throw new UsageException(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{option.Name} {value}: supported: {min} to {max}."));
            }
        }

        void CheckWhole(Option<int?> option, int max)
        {
            if (parsed.GetValue(option) is { } value && (value < 1 || value > max))
            {
                throw new UsageException(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{option.Name} {value}: supported: 1 to {max}."));
            }
        }
    }
}

/// <summary>Helps to tell what was said from what is usual.</summary>
internal static class ParseResults
{
    /// <summary>Whether the option stands on the command line.</summary>
    public static bool IsGiven(this ParseResult parsed, Option option)
    {
        return parsed.GetResult(option) is OptionResult { Implicit: false };
    }
}
