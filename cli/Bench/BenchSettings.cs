using Streaming.Config.Settings;

namespace Streaming.Cli.Bench;

/// <summary>What `streaming bench` alone can be told; no run file says it.</summary>
internal static class BenchSettings
{
    public const int MaxStreams = 256;

    public static Setting<BenchMode> Mode { get; } = new(
        "", SettingTypes.Choice(("closed", BenchMode.Closed), ("open", BenchMode.Open), ("density", BenchMode.Density)))
    {
        Flags = [new SettingFlag("--mode")],
        Usual = BenchMode.Closed,
        Help = "closed: as fast as it goes; open: streams at a given rate; density: the most streams such that every one keeps "
            + "its rate, 99 of 100 frames come within the budget, and none is lost.",
    };

    /// <summary>Whether the network alone is measured.</summary>
    public static Setting<bool> IsNetworkAlone { get; } = new("", SettingTypes.Choice(("all", false), ("infer", true)))
    {
        Flags = [new SettingFlag("--stage")],
        Usual = false,
        Help = "all: the whole pipeline; infer: the network alone, part by part, on one frame of the input (on the CPU).",
    };

    public static Setting<int> Streams { get; } = new("", SettingTypes.Whole(1, MaxStreams))
    {
        Flags = [new SettingFlag("--streams")],
        Usual = 1,
        Help = $"Streams at once (density: at most; {MaxStreams} by default).",
    };

    public static Setting<double> Fps { get; } = new("", SettingTypes.Number(0.001, 1000))
    {
        Flags = [new SettingFlag("--fps")],
        Usual = 25,
        Help = "Each stream's rate, for open and density.",
    };

    public static Setting<double> BudgetMs { get; } = new("", SettingTypes.Number(1, 1e6))
    {
        Flags = [new SettingFlag("--budget-ms")],
        Usual = 500,
        Help = "Density: most milliseconds from decoded to written.",
    };

    public static Setting<TimeSpan> Duration { get; } = new("", SettingTypes.Seconds(0.1, 86_400))
    {
        Flags = [new SettingFlag("--seconds")],
        Usual = TimeSpan.FromSeconds(20),
        Help = "Seconds that a trial measures.",
    };

    public static Setting<TimeSpan> Warmup { get; } = new("", SettingTypes.Seconds(0, 3600))
    {
        Flags = [new SettingFlag("--warmup")],
        Usual = TimeSpan.FromSeconds(5),
        Help = "Seconds before that are left out.",
    };

    /// <summary>Whether the network is left out.</summary>
    public static Setting<bool> IsWithoutNetwork { get; } = new("", SettingTypes.Choice(("model", false), ("null", true)))
    {
        Flags = [new SettingFlag("--detector")],
        Usual = false,
        Help = "model, or null: everything but the model.",
    };

    public static Setting<string> Report { get; } = new("", SettingTypes.Text("FILE"))
    {
        Flags = [new SettingFlag("--report")],
        Help = "Also writes the result as JSON.",
    };

    public static IReadOnlyList<Setting> All { get; } =
        [Mode, IsNetworkAlone, Streams, Fps, BudgetMs, Duration, Warmup, IsWithoutNetwork, Report];
}
