using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>The settings of <see cref="BatchingSection"/>.</summary>
internal static class BatchingSettings
{
    /// <summary>See <see cref="BatchingSection.MaxSize"/>.</summary>
    public static Setting<int> MaxSize { get; } = new("batching.max_size", SettingTypes.Whole(1, 1024))
    {
        Flags = [new SettingFlag("--batch-size")],
        DefaultText = "1 on a CPU, 8 on a GPU",
        Help = "Most frames in a batch.",
    };

    /// <summary>See <see cref="BatchingSection.MaxDelay"/>.</summary>
    public static Setting<TimeSpan> MaxDelay { get; } = new("batching.max_delay_ms", SettingTypes.Milliseconds(0, 60_000))
    {
        Usual = TimeSpan.FromMilliseconds(50),
        Help = "How long a frame waits for others while a device has nothing to do, in milliseconds.",
    };

    /// <summary>See <see cref="BatchingSection.MaxInFlight"/>.</summary>
    public static Setting<int> MaxInFlight { get; } = new("batching.max_in_flight", SettingTypes.Whole(1, 4096))
    {
        DefaultText = "two batches and two frames; two for live sources",
        Help = "Frames of a source that may be in flight; at least max_size.",
    };

    /// <summary>See <see cref="BatchingSection.Workers"/>.</summary>
    public static Setting<int> Workers { get; } = new("batching.workers", SettingTypes.Whole(1, 1024))
    {
        DefaultText = "the number of cores",
        Help = "Threads beside the network (preprocess, postprocess).",
    };

    /// <summary>The section.</summary>
    public static SettingsSection Section { get; } =
        new("batching", "How frames flow.", [MaxSize, MaxDelay, MaxInFlight, Workers]);
}
