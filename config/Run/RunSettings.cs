using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>The settings of a run as one table.</summary>
internal static class RunSettings
{
    /// <summary>Short for the level "debug" of the log.</summary>
    public static Setting<bool> Verbose { get; } = new("verbose", SettingTypes.Switch)
    {
        Flags = [SettingFlag.Yes("--verbose")],
        Usual = false,
        Help = "Logs more.",
    };

    /// <summary>See <see cref="RunConfig.StopTimeout"/>.</summary>
    public static Setting<TimeSpan> StopTimeout { get; } = new("stop_timeout_s", SettingTypes.Seconds(0, 3600))
    {
        Flags = [new SettingFlag("--stop-timeout")],
        Usual = TimeSpan.FromSeconds(30),
        Help = "Most seconds that a stop may take to finish the frames in flight; what is left then is given up.",
    };

    /// <summary>All settings.</summary>
    /// <param name="outputs">Those that the kinds of outputs declare.</param>
    public static SettingsTable Table(IEnumerable<Setting> outputs)
    {
        return new SettingsTable(
        [
            new SettingsSection("", "What is in no section.", [Verbose, StopTimeout]),
            LogSettings.Section,
            ModelSettings.Section,
            BatchingSettings.Section,
            OutputSettings.Section with { Settings = [.. OutputSettings.Section.Settings, .. outputs] },
            MetricsSettings.Section,
            HttpSettings.Section,
            TrackingSettings.Section,
            SourceSettings.Section,
        ]);
    }
}
