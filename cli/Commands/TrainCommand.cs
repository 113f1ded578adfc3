using System.CommandLine;
using Streaming.Cli.Display;
using Streaming.Cli.Running;
using Streaming.Config.Detectron;
using Streaming.Config.Run;
using Streaming.Config.Settings;
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

    private readonly Terminal _terminal;

    private TrainCommand(Terminal terminal)
    {
        _terminal = terminal;
    }

    /// <summary>The command for the command line.</summary>
    public static Command Create(Terminal terminal)
    {
        var train = new TrainCommand(terminal);
        var options = new SettingOptions(TrainSettings.All);
        var command = new Command(
            "train", "Trains a network on pictures with marked objects, as detectron2 does; fine-tunes from a checkpoint.");
        options.AddTo(command);
        command.SetAction((parsed, _) => Task.Run(() => train.Execute(options.ReadAll(parsed))));
        return command;
    }

    private int Execute(SettingValues values)
    {
        NativeAllocator.KeepLargeBlocks();
        var configFile = values.Find(TrainSettings.Config)!;
        var config = TrainingConfigReader.Read(configFile, [.. values.Get(ModelSettings.Set)]);
        var folder = values.Get(TrainSettings.Output);
        try
        {
            var (file, images) = Locate(values.Find(TrainSettings.Data)!, values.Find(TrainSettings.Images));
            var set = TrainingSet.From(
                CocoDataset.Read(file), file, images, config.Model.MaskHead is not null, config.Loader.SkipsEmpty);
            var isResumed = values.Get(TrainSettings.Resume);
            var options = new TrainerOptions
            {
                Folder = folder,
                Weights = isResumed ? null : Weights(
                    values.Find(TrainSettings.Weights) ?? Beside(configFile, config.Model.Weights)),
                IsForNewClasses = values.Get(TrainSettings.NewClasses),
                Resumes = isResumed,
                Validation = values.Find(TrainSettings.Validation) is { } validation
                    ? Validation(validation, values.Find(TrainSettings.ValidationImages), set)
                    : null,
                Device = new DetectorOptions
                {
                    Device = values.Get(TrainSettings.Device),
                    Threads = values.FindValue(ModelSettings.Threads),
                },
            };
            Directory.CreateDirectory(folder);
            LibTorch.Load(values.Find(ModelSettings.LibTorch));
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
        var observer = new AveragedTraining(
            LogPeriod, iterations - 1, new TrainingDisplay(_terminal, iterations), metrics, new TensorBoardLog(options.Folder));
        using var signals = new StopSignals(_terminal.Log, TimeProvider.System);
        using var trainer = new Trainer(config, set, Picture.Read, options, observer, TimeProvider.System);
        return trainer.Run(signals.Stop) ? ExitCode.Done : ExitCode.Cancelled;
    }

    private static ValidationSet Validation(string data, string? images, TrainingSet set)
    {
        var (file, folder) = Locate(data, images);
        var dataset = CocoDataset.Read(file);
        if (!dataset.Categories.Select(category => category.Name).SequenceEqual(set.Categories.Select(category => category.Name)))
        {
            var names = string.Join(", ", dataset.Categories.Select(category => category.Name));
            throw new UsageException($"{file}: its categories are not those of --data: {names}.");
        }

        return dataset.Images.FirstOrDefault(image => !File.Exists(Path.Combine(folder, image.FileName))) is { } missing
            ? throw new UsageException(
                $"{Path.Combine(folder, missing.FileName)}: there is no such file; give the folder with --val-images.")
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
                : throw new UsageException(
                    $"MODEL.WEIGHTS: {text} is not here yet: run 'streaming weights fetch {text}'; --weights \"\" begins "
                        + "without it.");
        }

        var source = WeightsSource.Parse(text);
        return source.Path is null || File.Exists(source.Path)
            ? source
            : throw new UsageException($"{text}: there is no such checkpoint; --weights \"\" begins without one.");
    }

    /// <summary>MODEL.WEIGHTS is meant relative to the configuration.</summary>
    private static string Beside(string config, string weights)
    {
        return weights.Length == 0 || weights.StartsWith(ModelZoo.Scheme, StringComparison.Ordinal)
            ? weights
            : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(config))!, weights);
    }

    private static (string File, string Images) Locate(string data, string? images)
    {
        var file = Directory.Exists(data) ? Path.Combine(data, "annotations.json") : data;
        var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, "images");
        return (file, images ?? (Directory.Exists(beside) ? beside : Path.GetDirectoryName(beside)!));
    }
}
