using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Streaming.Config;
using Streaming.Config.Detectron;
using Streaming.Config.Run;
using Streaming.Config.Settings;
using Streaming.Config.Zoo;
using Streaming.Model;
using Streaming.Model.Native;
using Streaming.Model.Weights;
using Streaming.Stages.Emit;

namespace Streaming.Cli.Running;

/// <summary>A model that a user chose: the configuration has been validated, the weights exist, nothing is loaded yet.</summary>
/// <param name="Config">The architecture.</param>
/// <param name="Weights">Where the weights come from.</param>
/// <param name="Section">Devices and threads.</param>
/// <param name="Categories">The classes in the model's order.</param>
internal sealed record ModelChoice(
    ModelConfig Config, WeightsSource Weights, ModelSection Section, IReadOnlyList<Category> Categories)
{
    /// <summary>Checks what was chosen.</summary>
    /// <param name="values">What the user said.</param>
    /// <exception cref="UsageException">A file is missing or does not fit.</exception>
    public static ModelChoice Of(SettingValues values)
    {
        if (RunChecks.Model(values).FirstOrDefault() is { } error)
        {
            throw new UsageException(error);
        }

        var section = ModelSection.From(values);
        var config = ModelConfigReader.Read(section.Config, [.. section.Set]);
        var weights = ChooseWeights(values, section.Config, config);
        return new ModelChoice(config, weights, section, ChooseCategories(values, config, weights));
    }

    /// <summary>Loads the network, once for each device.</summary>
    public IReadOnlyList<IDetector> Load(ILogger logger)
    {
        var libtorch = LibTorch.Load(Section.LibTorch);
        var devices = Section.Devices.SelectMany(device => device == "auto" && libtorch.CudaDevices > 1
            ? Enumerable.Range(0, libtorch.CudaDevices).Select(i => $"cuda:{i}")
            : [device]);
        return [.. Load(devices, logger)];
    }

    /// <summary>Loads the network on the first device alone.</summary>
    public Detector LoadFirst(ILogger logger)
    {
        LibTorch.Load(Section.LibTorch);
        return Load(Section.Devices.Take(1), logger)[0];
    }

    private List<Detector> Load(IEnumerable<string> devices, ILogger logger)
    {
        var options = new DetectorOptions
        {
            Threads = Section.Threads,
            Precision = Section.Precision,
            IsExact = Section.Exact,
            UsesWinograd = Section.Winograd,
        };
        var detectors = new List<Detector>();
        try
        {
            foreach (var device in devices)
            {
                detectors.Add(Detector.Load(Config, Weights, options with { Device = device }, logger));
            }
        }
        catch
        {
            detectors.ForEach(detector => detector.Dispose());
            throw;
        }

        if (Weights.IsSynthetic)
        {
            CliLog.SyntheticWeights(logger, Weights);
        }

        foreach (var note in Config.Notes)
        {
            CliLog.ConfigurationNote(logger, note);
        }

        return detectors;
    }

    /// <summary>What outputs say about a run with it.</summary>
    public RunInfo Describe(TimeProvider time)
    {
        string? sha256 = null;
        if (Weights.Path is { } path)
        {
            using var file = File.OpenRead(path);
            sha256 = Convert.ToHexStringLower(SHA256.HashData(file));
        }

        return new RunInfo(
            Guid.CreateVersion7(time.GetUtcNow()).ToString(),
            time.GetUtcNow(),
            Config.Name,
            Weights.Path is null ? Weights.ToString() : Path.GetFileName(Weights.Path),
            sha256,
            Section.Precision.ToString().ToLowerInvariant(),
            Config.RoiHeads.ScoreThreshold,
            Config.MaskHead is not null,
            Categories)
        {
            ConfigSha256 = ModelFingerprint.Of(Config),
            IsExact = Section.Exact,
            IsWinograd = Section.Winograd,
        };
    }

    private static IReadOnlyList<Category> ChooseCategories(SettingValues values, ModelConfig config, WeightsSource weights)
    {
        if (values.Find(ModelSettings.Classes) is not { } names)
        {
            return ModelCategories.For(config, weights);
        }

        try
        {
            return ModelCategories.FromFile(config, names);
        }
        catch (ConfigurationException exception)
        {
            // Named as the user gave it: the message begins with the path.
            throw new UsageException($"{values.Full(ModelSettings.Classes)}{exception.Message[names.Length..]}");
        }
    }

    private static WeightsSource ChooseWeights(SettingValues values, string configName, ModelConfig config)
    {
        if (values.Find(ModelSettings.Weights) is { } given)
        {
            var source = WeightsSource.Parse(given);
            return source.Path is null || File.Exists(source.Path)
                ? source
                : throw new UsageException($"{values.Full(ModelSettings.Weights)}: there is no such file.");
        }

        if (!File.Exists(configName) && ModelZoo.Find(configName) is { } model)
        {
            using var http = new HttpClient();
            var cached = new WeightsFetcher(http).PathOf(model.CheckpointPath);
            return File.Exists(cached)
                ? new WeightsSource(cached, null, "")
                : throw new UsageException(
                    $"There are no weights for {model.Name} yet: run 'streaming weights fetch {model.Name}', "
                    + "or name a checkpoint with --weights (synthetic:1 is good for a first try).");
        }

        var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(configName))!, config.Weights);
        return config.Weights.Length > 0 && File.Exists(beside)
            ? new WeightsSource(beside, null, "")
            : throw new UsageException(config.Weights.Length == 0
                ? $"{configName}: MODEL.WEIGHTS is empty; name a checkpoint with --weights."
                : $"{configName}: MODEL.WEIGHTS: '{config.Weights}' is not a file here; name a checkpoint with --weights.");
    }
}
