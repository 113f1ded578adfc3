using System.CommandLine;
using Streaming.Cli.Display;
using Streaming.Config.Detectron;
using Streaming.Config.Run;
using Streaming.Config.Zoo;
using Streaming.Model;
using Streaming.Model.Native;
using Streaming.Model.Weights;
using Streaming.Stages.Cv;
using Streaming.Stages.Emit;
using Streaming.Training;
using Streaming.Training.Data;
using Streaming.Training.Evaluation;
using Streaming.Training.Progress;

namespace Streaming.Cli.Commands;

/// <summary>`streaming train`: detectron2's training, from scratch or from a checkpoint.</summary>
internal sealed class TrainCommand
{
    /// <summary>Iterations that make a line of the logs, as in detectron2.</summary>
    private const int LogPeriod = 20;

    private readonly Option<string> _config = new("--config", "-c") { Description = "detectron2 configuration: a YAML file or a shipped one; its SOLVER, INPUT and DATALOADER keys say how to train.", HelpName = "FILE|NAME", Required = true };
    private readonly Option<string> _data = new("--data") { Description = "What to learn: a COCO annotation file, or a folder with annotations.json and images/.", HelpName = "FILE|DIR", Required = true };
    private readonly Option<string?> _images = new("--images") { Description = "Folder of its pictures. Default: 'images' beside the file, or the file's folder.", HelpName = "DIR" };
    private readonly Option<string?> _validation = new("--val") { Description = "What to evaluate on, every TEST.EVAL_PERIOD iterations and at the end; as --data.", HelpName = "FILE|DIR" };
    private readonly Option<string?> _validationImages = new("--val-images") { Description = "Folder of its pictures.", HelpName = "DIR" };
    private readonly Option<string> _output = new("--output", "-o") { Description = "Folder for checkpoints and logs.", HelpName = "DIR", DefaultValueFactory = _ => "output" };
    private readonly Option<string?> _weights = new("--weights", "-w") { Description = "Checkpoint to begin with (also a backbone alone). Default: MODEL.WEIGHTS; \"\" draws all weights.", HelpName = "FILE" };
    private readonly Option<bool> _newClasses = new("--new-classes") { Description = "The data set's classes are not the checkpoint's: the layers that depend on them begin anew." };
    private readonly Option<bool> _resume = new("--resume") { Description = "Goes on from the output folder's last checkpoint, as if nothing had happened." };
    private readonly Option<string[]> _set = new("--set") { Description = "Overrides a key of the configuration, for example SOLVER.MAX_ITER=1000; may be repeated.", HelpName = "KEY=VALUE", DefaultValueFactory = _ => [] };
    private readonly Option<string> _device = new("--device") { Description = "auto, cpu, cuda or cuda:N.", DefaultValueFactory = _ => "auto" };
    private readonly Option<int?> _threads = new("--threads") { Description = "Threads of the network on the CPU. Default: all cores." };
    private readonly Option<string?> _libtorch = new("--libtorch") { Description = $"Folder of an existing libtorch (also {LibTorch.FolderVariable}).", HelpName = "DIR" };
    private readonly Terminal _terminal;

    private TrainCommand(Terminal terminal)
    {
        _terminal = terminal;
    }

    /// <summary>The command for the command line.</summary>
    public static Command Create(Terminal terminal)
    {
        var train = new TrainCommand(terminal);
        var command = new Command("train", "Trains a network on pictures with marked objects, as detectron2 does; fine-tunes from a checkpoint.");
        foreach (var option in new Option[]
        {
            train._config, train._data, train._images, train._validation, train._validationImages, train._output, train._weights, train._newClasses, train._resume,
            train._set, train._device, train._threads, train._libtorch,
        })
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, _) => Task.Run(() => train.Execute(parsed)));
        return command;
    }

    private int Execute(ParseResult parsed)
    {
        NativeAllocator.KeepLargeBlocks();
        if (parsed.GetValue(_threads) is < 1)
        {
            throw new UsageException($"--threads {parsed.GetValue(_threads)}: supported: 1 or more.");
        }

        if (!DeviceNames.IsKnown(parsed.GetValue(_device)!))
        {
            throw new UsageException($"--device {parsed.GetValue(_device)}: supported: {DeviceNames.Supported}.");
        }

        var config = TrainingConfigReader.Read(parsed.GetValue(_config)!, parsed.GetValue(_set));
        var folder = parsed.GetValue(_output)!;
        try
        {
            var (file, images) = Locate(parsed.GetValue(_data)!, parsed.GetValue(_images));
            var set = TrainingSet.From(CocoDataset.Read(file), file, images, config.Model.MaskHead is not null, config.Loader.SkipsEmpty);
            var options = new TrainerOptions
            {
                Folder = folder,
                Weights = parsed.GetValue(_resume) ? null : Weights(parsed.GetValue(_weights) ?? Beside(parsed.GetValue(_config)!, config.Model.Weights)),
                IsForNewClasses = parsed.GetValue(_newClasses),
                Resumes = parsed.GetValue(_resume),
                Validation = parsed.GetValue(_validation) is { } validation ? Validation(validation, parsed.GetValue(_validationImages), set) : null,
                Device = new DetectorOptions { Device = parsed.GetValue(_device)!, Threads = parsed.GetValue(_threads) },
            };
            Directory.CreateDirectory(folder);
            LibTorch.Load(parsed.GetValue(_libtorch));
            return Train(config, set, options);
        }
        catch (CocoFormatException exception)
        {
            throw new UsageException(exception.Message);
        }
        catch (TrainingException exception)
        {
            _terminal.Error(exception.Message);
            return ExitCode.Failed;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw EmitException.For(folder, exception);
        }
    }

    private int Train(TrainingConfig config, TrainingSet set, TrainerOptions options)
    {
        var iterations = config.Solver.MaxIterations;
        using var metrics = new MetricsFile(options.Folder);
        var observer = new AveragedTraining(LogPeriod, iterations - 1, new TrainingDisplay(_terminal, iterations), metrics, new TensorBoardLog(options.Folder));
        using var signals = new StopSignals(_terminal, TimeProvider.System);
        using var trainer = new Trainer(config, set, Picture.Read, options, observer, TimeProvider.System);
        return trainer.Run(signals.Stop) ? ExitCode.Done : ExitCode.Cancelled;
    }

    private static ValidationSet Validation(string data, string? images, TrainingSet set)
    {
        var (file, folder) = Locate(data, images);
        var dataset = CocoDataset.Read(file);
        if (!dataset.Categories.Select(category => category.Name).SequenceEqual(set.Categories.Select(category => category.Name)))
        {
            throw new UsageException($"{file}: its categories are not those of --data: {string.Join(", ", dataset.Categories.Select(category => category.Name))}.");
        }

        return dataset.Images.FirstOrDefault(image => !File.Exists(Path.Combine(folder, image.FileName))) is { } missing
            ? throw new UsageException($"{Path.Combine(folder, missing.FileName)}: there is no such file; give the folder with --val-images.")
            : new ValidationSet(dataset, folder);
    }

    private static WeightsSource? Weights(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        if (text.StartsWith(ModelZoo.Scheme, StringComparison.Ordinal))
        {
            using var http = new HttpClient();
            var cached = new WeightsFetcher(http).PathOf(ModelZoo.CheckpointOf(text)!);
            return File.Exists(cached)
                ? new WeightsSource(cached, null, "")
                : throw new UsageException($"MODEL.WEIGHTS: {text} is not here yet: run 'streaming weights fetch {text}'; --weights \"\" begins without it.");
        }

        var source = WeightsSource.Parse(text);
        return source.Path is null || File.Exists(source.Path)
            ? source
            : throw new UsageException($"{text}: there is no such checkpoint; --weights \"\" begins without one.");
    }

    /// <summary>MODEL.WEIGHTS is meant relative to the configuration.</summary>
    private static string Beside(string config, string weights)
    {
        return weights.Length == 0 || weights.StartsWith(ModelZoo.Scheme, StringComparison.Ordinal) ? weights : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(config))!, weights);
    }

    private static (string File, string Images) Locate(string data, string? images)
    {
        var file = Directory.Exists(data) ? Path.Combine(data, "annotations.json") : data;
        var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, "images");
        return (file, images ?? (Directory.Exists(beside) ? beside : Path.GetDirectoryName(beside)!));
    }
}
