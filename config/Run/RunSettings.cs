using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>The settings of a run as one table.</summary>
internal static class RunSettings
{
    /// <summary>See <see cref="RunConfig.Verbose"/>.</summary>
    public static Setting<bool> Verbose { get; } = new("verbose", SettingTypes.Switch)
    {
        Flags = [SettingFlag.Yes("--verbose")],
        Usual = false,
        Help = "Logs more.",
    };

    /// <summary>All settings.</summary>
    /// <param name="outputs">Those that the kinds of outputs declare.</param>
    public static SettingsTable Table(IEnumerable<Setting> outputs)
    {
        return new SettingsTable(
        [
            new SettingsSection("", "What is in no section.", [Verbose]),
            ModelSettings.Section,
            BatchingSettings.Section,
            OutputSettings.Section with { Settings = [.. OutputSettings.Section.Settings, .. outputs] },
            MetricsSettings.Section,
            SourceSettings.Section,
        ]);
    }
}
