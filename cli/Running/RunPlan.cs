using Streaming.Config;
using Streaming.Config.Run;
using Streaming.Config.Run.Privacy;
using Streaming.Config.Run.Zones;
using Streaming.Config.Settings;
using Streaming.Pipeline;

namespace Streaming.Cli.Running;

/// <summary>What a run will do: everything has been checked that can be without loading the model.</summary>
/// <param name="Config">What the user wants; the sources have their names.</param>
/// <param name="Model">The model.</param>
internal sealed record RunPlan(RunConfig Config, ModelChoice Model)
{
    private static readonly int MaxSources = new PipelineOptions().MaxSources;

    /// <summary>The run file; null when flags say everything.</summary>
    public string? File { get; init; }

    /// <summary>Whether it goes on when there is no source: others may come.</summary>
    public bool IsService { get; init; }

    /// <summary>For each source, which of the file's it was made of: a folder of videos becomes several.</summary>
    public IReadOnlyList<int> Entries { get; private init; } = [];

    /// <summary>Checks what the user asks for.</summary>
    /// <exception cref="ConfigurationException">With everything that is wrong.</exception>
    /// <exception cref="UsageException">The model cannot be used.</exception>
    public static RunPlan Of(RunRequest request)
    {
        List<string> errors = [.. request.Errors, .. RunChecks.Errors(request)];
        var config = RunConfig.From(request);
        IReadOnlyList<int> entries = [];
        try
        {
            var sources = RunInputs.ExpandEach(config.Sources);
            config = config with { Sources = [.. sources.Select(item => item.Source)] };
            entries = [.. sources.Select(item => item.Entry)];
        }
        catch (UsageException exception)
        {
            errors.Add(exception.Message);
        }

        errors.AddRange(request.Sources.SelectMany(RunInputs.TrustErrors).Distinct());
        errors.AddRange(ServerFiles.Errors(request.Values));
        errors.AddRange(RunOutputs.Wanted(request.Values).SelectMany(kind => kind.Errors(request.Values, config.Sources)));
        if (config.Sources.Count > MaxSources)
        {
            errors.Add($"{config.Sources.Count} sources are more than a run may have; allowed are {MaxSources}.");
        }

        errors.AddRange(request.Sources.SelectMany(RunInputs.ScheduleErrors).Distinct());
        if (errors.Count > 0)
        {
            throw new ConfigurationException(errors);
        }

        var model = ModelChoice.Of(request.Values);
        string[] classes = [.. model.Categories.Select(category => category.Name)];
        errors.AddRange(request.Sources.SelectMany(source => ClassErrors(source, classes)).Distinct());
        return errors.Count == 0
            ? new RunPlan(config, model) { Entries = entries }
            : throw new ConfigurationException(errors);
    }

    private static IEnumerable<string> ClassErrors(SettingValues source, IReadOnlyList<string> known)
    {
        return ZoneChecks.ClassErrors(source, known).Concat(
            FilterSettings.Unknown(source, PrivacySettings.Classes, source.Find(PrivacySettings.Classes) ?? [], known));
    }
}
