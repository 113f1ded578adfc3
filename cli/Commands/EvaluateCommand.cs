using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Streaming.Cli.Display;
using Streaming.Cli.Running;
using Streaming.Config.Run;
using Streaming.Config.Settings;
using Streaming.Config.Zoo;
using Streaming.Model;
using Streaming.Model.Native;
using Streaming.Pipeline;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Training.Evaluation;

namespace Streaming.Cli.Commands;

/// <summary>
/// `streaming evaluate`: COCO's average precision, of a results file or of a model; or, with --tracks, the figures of trackers.
/// </summary>
internal sealed class EvaluateCommand
{
    private readonly EvaluateTracks _tracks = new();

    private readonly SettingOptions _model = new(ModelSettings.Section.Settings);

    private readonly Argument<string?> _data = new("ANNOTATIONS")
    {
        Description = "The truth: a COCO annotation file (.json).",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _results = new("--results")
    {
        Description = "COCO results to compare with it.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _images = new("--images")
    {
        Description = "Instead of --results: the folder of the pictures, to run the model on them.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "With --images: also write what was found, as COCO results.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print JSON." };

    private readonly Terminal _terminal;

    private EvaluateCommand(Terminal terminal)
    {
        _terminal = terminal;
    }

    /// <summary>What goes with ANNOTATIONS only.</summary>
    private Option[] Options => [_results, _images, _output];

    /// <summary>The command for the command line.</summary>
    public static Command Create(Terminal terminal)
    {
        var evaluate = new EvaluateCommand(terminal);
        var command = new Command(
            "evaluate",
            "COCO's average precision and recall for boxes and masks, equal to pycocotools; HOTA, MOTA and IDF1 of tracks, "
            + "equal to TrackEval.");
        evaluate._data.Validators.Add(Unmatched.RefuseOptions);
        command.Arguments.Add(evaluate._data);
        foreach (var option in evaluate.Options.Concat([evaluate._tracks.Tracks, evaluate._tracks.Report, evaluate._json]))
        {
            command.Options.Add(option);
        }

        evaluate._model.AddTo(command);
        command.SetAction((parsed, _) => evaluate.ExecuteAsync(parsed));
        return command;
    }

    private async Task<int> ExecuteAsync(ParseResult parsed)
    {
        var (data, results, images) = (parsed.GetValue(_data), parsed.GetValue(_results), parsed.GetValue(_images));
        if (_tracks.TryExecute(parsed, data, Options, parsed.GetValue(_json), _terminal))
        {
            return ExitCode.Done;
        }

        if (data is null)
        {
            throw new UsageException("evaluate: give ANNOTATIONS, or --tracks TRUTH RESULTS.");
        }

        if (results is null == images is null)
        {
            throw new UsageException("evaluate: give --results, or --images to run the model: one of the two.");
        }

        NativeAllocator.KeepLargeBlocks();

        try
        {
            var dataset = CocoDataset.Read(data);
            var found = results is not null
                ? dataset.ReadResults(results)
                : await FindAsync(parsed, dataset, images!).ConfigureAwait(false);
            if (images is not null && parsed.GetValue(_output) is { } output)
            {
                Write(found, output);
            }

            var boxes = CocoEvaluator.Evaluate(dataset, found, CocoTask.Boxes);
            var hasMasks = found.All(item => item.Mask is not null) && dataset.Objects.All(item => item.Mask is not null);
            var masks = hasMasks ? CocoEvaluator.Evaluate(dataset, found, CocoTask.Masks) : null;
            Show(boxes, masks, parsed.GetValue(_json));
            return ExitCode.Done;
        }
        catch (CocoFormatException exception)
        {
            throw new UsageException(exception.Message);
        }
    }

    private async Task<IReadOnlyList<CocoObject>> FindAsync(ParseResult parsed, CocoDataset dataset, string folder)
    {
        var model = ModelChoice.Of(_model.ReadAll(parsed));
        if (model.Config.RoiHeads.NumClasses != dataset.Categories.Count)
        {
            throw new UsageException($"The model has {model.Config.RoiHeads.NumClasses} classes, the data set "
                + $"{dataset.Categories.Count}: they do not belong together.");
        }

        string[] files = [.. dataset.Images.Select(image => Path.Combine(folder, image.FileName))];
        if (files.FirstOrDefault(file => !File.Exists(file)) is { } missing)
        {
            throw new UsageException($"{missing}: there is no such file; {files.Count(file => !File.Exists(file))} of "
                + $"{files.Length} pictures are missing.");
        }

        var detectors = model.Load(_terminal.Log);
        try
        {
            using var pool = new PixelPool();
            var categories = dataset.Categories.Select(category => new Category((int)category.Id, category.Name)).ToArray();
            var device = detectors.OfType<Detector>().First().DeviceName;
            await using var pipeline = new VideoPipeline(
                detectors, categories, Runner.Options(BatchingSection.From(SettingValues.None), device), logger: _terminal.Log);
            var sink = new EvaluationSink(dataset);
            var context = new SourceContext("pictures", pool, TimeProvider.System);
            var output = new Output("evaluation", () => sink) { NeedsPixels = false };
            var job = new SourceJob("pictures", (_, _) => ImageSource.Open(files, folder, context), _ => [output]);
            using var signals = new StopSignals(_terminal.Log, TimeProvider.System);
            var display = new RunDisplay(_terminal, TimeProvider.System, _ => { });
            var run = pipeline.RunAsync([job], signals.Stop, signals.Abort);
            var counts = (await display.FollowAsync(pipeline, run).ConfigureAwait(false))[0].Counts;
            return counts is { End: StreamEnd.Eof, Failed.Count: 0 }
                ? sink.Found
                : throw new EmitException(counts.Error ?? (counts.End == StreamEnd.Stopped
                    ? "Stopped: part of a data set gives no figures."
                    : $"{counts.Failed.Values.Sum()} pictures failed; the log says why."));
        }
        finally
        {
            foreach (var detector in detectors)
            {
                detector.Dispose();
            }
        }
    }

    private void Show(CocoSummary boxes, CocoSummary? masks, bool asJson)
    {
        if (asJson)
        {
            WriteJson(boxes, masks);
            return;
        }

        var table = new Table().RoundedBorder().AddColumns("", "boxes", "masks");
        for (var i = 0; i < boxes.Figures.Count; i++)
        {
            table.AddRow(
                boxes.Figures[i].Name, Percent(boxes.Figures[i].Value), masks is null ? "" : Percent(masks.Figures[i].Value));
        }

        table.AddEmptyRow();
        foreach (var (name, value) in boxes.PerCategory)
        {
            table.AddRow(Markup.Escape($"AP {name}"), Percent(value), masks is null ? "" : Percent(masks.PerCategory[name]));
        }

        _terminal.Console.Write(table);
    }

    private void WriteJson(CocoSummary boxes, CocoSummary? masks)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            foreach (var (name, summary) in new[] { ("bbox", boxes), ("segm", masks) })
            {
                if (summary is null)
                {
                    continue;
                }

                json.WriteStartObject(name);
                foreach (var (figure, value) in summary.Figures)
                {
                    json.WriteNumber(figure, value);
                }

                json.WriteStartObject("AP_per_category");
                foreach (var (category, value) in summary.PerCategory)
                {
                    json.WriteNumber(category, value);
                }

                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        _terminal.Out.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }

    /// <summary>As detectron2 writes them: what pycocotools reads.</summary>
    private static void Write(IReadOnlyList<CocoObject> found, string path)
    {
        try
        {
            using var file = File.Create(path);
            using var json = new Utf8JsonWriter(file);
            json.WriteStartArray();
            foreach (var item in found)
            {
                json.WriteStartObject();
                json.WriteNumber("image_id", item.ImageId);
                json.WriteNumber("category_id", item.CategoryId);
                json.WriteStartArray("bbox");
                foreach (var value in new[] { item.Box.X, item.Box.Y, item.Box.Width, item.Box.Height })
                {
                    json.WriteNumberValue(value);
                }

                json.WriteEndArray();
                json.WriteNumber("score", item.Score);
                if (item.Mask is { } mask)
                {
                    CocoJson.WriteSegmentation(json, mask);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw EmitException.For(path, exception);
        }
    }

    private static string Percent(double value)
    {
        return value < 0 ? "-" : (100 * value).ToString("0.00", CultureInfo.InvariantCulture);
    }
}
