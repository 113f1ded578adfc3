using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>How frames flow.</summary>
internal sealed record BatchingSection
{
    /// <summary>Most frames in a batch; null: 1 on a CPU, 8 on a GPU.</summary>
    public int? MaxSize { get; init; }

    /// <summary>How long a frame waits for others while a device has nothing to do.</summary>
    public TimeSpan MaxDelay { get; init; }

    /// <summary>Frames of a source that may be in flight; null for two batches and two frames, two for live sources.</summary>
    public int? MaxInFlight { get; init; }

    /// <summary>Threads beside the network; null for the number of cores.</summary>
    public int? Workers { get; init; }

    /// <summary>The section that a user described.</summary>
    /// <param name="values">What was said.</param>
    public static BatchingSection From(SettingValues values)
    {
        return new BatchingSection
        {
            MaxSize = values.FindValue(BatchingSettings.MaxSize),
            MaxDelay = values.Get(BatchingSettings.MaxDelay),
            MaxInFlight = values.FindValue(BatchingSettings.MaxInFlight),
            Workers = values.FindValue(BatchingSettings.Workers),
        };
    }
}
