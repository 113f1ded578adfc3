using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>The settings of a <see cref="GateSection"/>.</summary>
internal static class GateSettings
{
    /// <summary>Whether there is a gate.</summary>
    public static Setting<bool> Gate { get; } = new("sources.gate", SettingTypes.Switch)
    {
        Flags =
        [
            SettingFlag.Yes("--gate"),
            new SettingFlag("--no-gate") { Value = "false", Help = "Shows the network every frame." },
        ],
        DefaultText = "cameras that are tracked have one, other sources none",
        Help = "Shows the network only frames in which something moves, and one now and then.",
    };

    /// <summary>See <see cref="GateSection.Interval"/>.</summary>
    public static Setting<TimeSpan> Interval { get; } = new("sources.gate_interval_s", SettingTypes.Seconds(0.01, 86400))
    {
        Usual = TimeSpan.FromSeconds(1),
        Help = "Most seconds between two frames that the gate shows the network, whether something moves or not.",
    };

    /// <summary>See <see cref="GateSection.Levels"/>.</summary>
    public static Setting<double> Levels { get; } = new("sources.gate_levels", SettingTypes.Number(1, 255))
    {
        Usual = 8,
        Help = "Least change that is motion, in shades of grey from 0 to 255.",
    };

    /// <summary>See <see cref="GateSection.Cells"/>.</summary>
    public static Setting<int> Cells { get; } = new("sources.gate_cells", SettingTypes.Whole(1, 10_000))
    {
        Usual = 3,
        Help = "Least size of what moves, in cells; the picture's longer side has about 160.",
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All => [Gate, Interval, Levels, Cells];
}
