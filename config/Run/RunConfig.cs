using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>Everything that a run is told: what a run file says, and what flags say.</summary>
internal sealed record RunConfig
{
    /// <summary>Which network, and where it runs.</summary>
    public required ModelSection Model { get; init; }

    /// <summary>How frames flow.</summary>
    public required BatchingSection Batching { get; init; }

    /// <summary>What all outputs share.</summary>
    public required OutputSection Output { get; init; }

    /// <summary>Who may watch.</summary>
    public required MetricsSection Metrics { get; init; }

    /// <summary>The live page and the API.</summary>
    public required HttpSection Http { get; init; }

    /// <summary>What is processed; at least one.</summary>
    public required IReadOnlyList<SourceConfig> Sources { get; init; }

    /// <summary>Most time that a stop may take to finish the frames in flight.</summary>
    public required TimeSpan StopTimeout { get; init; }

    /// <summary>What the user said: kinds of outputs find their settings here, and messages the names of all.</summary>
    public required SettingValues Values { get; init; }

    /// <summary>The run that a user described.</summary>
    /// <param name="request">What was said.</param>
    public static RunConfig From(RunRequest request)
    {
        return new RunConfig
        {
            Model = ModelSection.From(request.Values),
            Batching = BatchingSection.From(request.Values),
            Output = OutputSection.From(request.Values),
            Metrics = MetricsSection.From(request.Values),
            Http = HttpSection.From(request.Values),
            Sources =
            [
                .. request.Sources.Where(source => source.IsGiven(SourceSettings.Input))
                    .Select(source => SourceConfig.From(source, request.Values)),
            ],
            StopTimeout = request.Values.Get(RunSettings.StopTimeout),
            Values = request.Values,
        };
    }
}
