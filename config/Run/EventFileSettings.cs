using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>How long the pictures and clips of events are kept.</summary>
internal static class EventFileSettings
{
    private const double Gigabyte = 1e9;

    private static readonly SettingType<double> Gigabytes = SettingTypes.Number(0.001, 1e6);

    /// <summary>See <see cref="KeepRules.For"/>.</summary>
    public static Setting<double> KeepDays { get; } = new("output.event_keep_days", SettingTypes.Number(0.001, 100_000))
    {
        DefaultText = "for ever",
        Help = "Snapshots and clips that are older than this many days are removed.",
    };

    /// <summary>See <see cref="KeepRules.Bytes"/>.</summary>
    public static Setting<double> KeepGigabytes { get; } = new("output.event_keep_gb", Gigabytes)
    {
        DefaultText = "no limit",
        Help = "Most gigabytes of all snapshots and clips of the run together; the oldest ones are removed first.",
    };

    /// <summary>See <see cref="KeepRules.FreeBytes"/>.</summary>
    public static Setting<double> KeepFreeGigabytes { get; } = new("output.event_keep_free_gb", Gigabytes)
    {
        DefaultText = "no limit",
        Help = "Gigabytes that stay free on the disk of the output folder; the oldest snapshots and clips are removed for them. "
            + "Less than keep_free_gb lets segments go first.",
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All { get; } = [KeepDays, KeepGigabytes, KeepFreeGigabytes];

    /// <summary>What a user wants.</summary>
    /// <param name="values">What was said.</param>
    public static KeepRules Rules(SettingValues values)
    {
        return new KeepRules(
            values.FindValue(KeepDays) is { } days ? TimeSpan.FromDays(days) : null,
            (long?)(values.FindValue(KeepGigabytes) * Gigabyte),
            (long?)(values.FindValue(KeepFreeGigabytes) * Gigabyte));
    }
}
