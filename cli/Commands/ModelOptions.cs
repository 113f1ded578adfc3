using System.CommandLine;
using Streaming.Config.Detectron;
using Streaming.Config.Zoo;
using Streaming.Model;
using Streaming.Model.Native;
using Streaming.Model.Weights;

namespace Streaming.Cli.Commands;

/// <summary>The options that say which model to use, the same for every command that needs one.</summary>
internal sealed class ModelOptions
{
    private readonly Option<string> _config = new("--config", "-c")
    {
        Description = $"detectron2 configuration: a YAML file, or a shipped one ({string.Join(", ", ModelZoo.Models.Select(model => model.Name))}).",
        HelpName = "FILE|NAME",
        DefaultValueFactory = _ => ModelZoo.Models[0].Name,
    };

    private readonly Option<string?> _weights = new("--weights", "-w")
    {
        Description = "Checkpoint (.pkl, .pth, .safetensors), or synthetic:SEED for weights by formula, whose detections mean nothing. Default: what 'weights fetch' has downloaded for a shipped configuration, or MODEL.WEIGHTS.",
        HelpName = "FILE|synthetic:SEED",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Overrides a key of the configuration, for example MODEL.ROI_HEADS.SCORE_THRESH_TEST=0.5; may be repeated.",
        HelpName = "KEY=VALUE",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _classes = new("--classes")
    {
        Description = "Text file with the name of a class on each line. Default: COCO's names for 80 classes, numbers otherwise.",
        HelpName = "FILE",
    };

    private readonly Option<string> _device = new("--device")
    {
        Description = "auto, cpu, cuda or cuda:N.",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<int?> _threads = new("--threads") { Description = "Threads of the network on the CPU. Default: all cores." };

    private readonly Option<string?> _libtorch = new("--libtorch")
    {
        Description = $"Folder of an existing libtorch, such as …/site-packages/torch/lib (also {LibTorch.FolderVariable}).",
        HelpName = "DIR",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _config, _weights, _set, _classes, _device, _threads, _libtorch })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What the user chose; the configuration has been validated, the weights exist, nothing is loaded yet.</summary>
    public ModelChoice Read(ParseResult parsed)
    {
        var configName = parsed.GetValue(_config)!;
        var config = ModelConfigReader.Read(configName, parsed.GetValue(_set));
        var threads = parsed.GetValue(_threads);
        if (threads is < 1)
        {
            throw new UsageException($"--threads {threads}: supported: 1 or more.");
        }

        if (parsed.GetValue(_libtorch) is { } folder)
        {
            LibTorch.Load(folder);
        }

        return new ModelChoice(
            config,
            ChooseWeights(parsed.GetValue(_weights), configName, config),
            new DetectorOptions { Device = parsed.GetValue(_device)!, Threads = threads },
            ReadCategories(parsed.GetValue(_classes), config.RoiHeads.NumClasses));
    }

    private static WeightsSource ChooseWeights(string? given, string configName, ModelConfig config)
    {
        if (given is not null)
        {
            var source = WeightsSource.Parse(given);
            return source.Path is null || File.Exists(source.Path)
                ? source
                : throw new UsageException($"--weights {given}: there is no such file.");
        }

        if (!File.Exists(configName) && ModelZoo.Find(configName) is { } model)
        {
            using var http = new HttpClient();
            var cached = new WeightsFetcher(http).PathOf(model.CheckpointPath);
            return File.Exists(cached)
                ? new WeightsSource(cached, null, "")
                : throw new UsageException($"There are no weights for {model.Name} yet: run 'streaming weights fetch {model.Name}', or name a checkpoint with --weights (synthetic:1 is good for a first try).");
        }

        var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(configName))!, config.Weights);
        return config.Weights.Length > 0 && File.Exists(beside)
            ? new WeightsSource(beside, null, "")
            : throw new UsageException(config.Weights.Length == 0
                ? $"{configName}: MODEL.WEIGHTS is empty; name a checkpoint with --weights."
                : $"{configName}: MODEL.WEIGHTS: '{config.Weights}' is not a file here; name a checkpoint with --weights.");
    }

    private static IReadOnlyList<Category> ReadCategories(string? path, int numClasses)
    {
        if (path is null)
        {
            return numClasses == CocoClasses.All.Count ? CocoClasses.All : [.. Enumerable.Range(0, numClasses).Select(i => new Category(i, $"class-{i}"))];
        }

        string[] names;
        try
        {
            names = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--classes {path}: cannot be read: {exception.Message}");
        }

        return names.Length == numClasses
            ? [.. names.Select((name, index) => new Category(index, name))]
            : throw new UsageException($"--classes {path}: holds {names.Length} names; the configuration has MODEL.ROI_HEADS.NUM_CLASSES {numClasses}.");
    }
}

/// <summary>A model that a user chose.</summary>
/// <param name="Config">The architecture.</param>
/// <param name="Weights">Where the weights come from.</param>
/// <param name="Options">Device and threads.</param>
/// <param name="Categories">The classes in the model's order.</param>
internal sealed record ModelChoice(ModelConfig Config, WeightsSource Weights, DetectorOptions Options, IReadOnlyList<Category> Categories);
