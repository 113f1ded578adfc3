using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>How what cameras write is cut into segments, and how long those are kept.</summary>
internal static class SegmentSettings
{
    private static readonly SettingType<double> Gigabytes = SettingTypes.Number(0.001, 1e6);

    /// <summary>See <see cref="SegmentSection.Every"/>.</summary>
    public static Setting<TimeSpan> Every { get; } = new("output.segment_s", SettingTypes.Seconds(1, 86400))
    {
        DefaultText = "no segments by time",
        Help = "Cameras: seconds after which outputs go on in a new file, counted from midnight UTC; they must divide a day. "
            + "3600 begins a file at each full hour.",
    };

    /// <summary>See <see cref="SegmentSection.MaxBytes"/>.</summary>
    public static Setting<double> MaxMegabytes { get; } = new("output.segment_mb", SettingTypes.Number(0.01, 1e6))
    {
        DefaultText = "no segments by size",
        Help = "Cameras: size in megabytes (millions of bytes) at which outputs go on in a new file.",
    };

    /// <summary>See <see cref="SegmentSection.KeepFor"/>.</summary>
    public static Setting<double> KeepDays { get; } = new("output.keep_days", SettingTypes.Number(0.001, 100_000))
    {
        DefaultText = "for ever",
        Help = "Cameras: segments that ended longer ago than this many days are removed.",
    };

    /// <summary>See <see cref="SegmentSection.KeepBytes"/>.</summary>
    public static Setting<double> KeepGigabytes { get; } = new("output.keep_gb", Gigabytes)
    {
        DefaultText = "no limit",
        Help = "Cameras: most gigabytes of all segments of the run together; the oldest ones are removed first.",
    };

    /// <summary>See <see cref="SegmentSection.KeepFreeBytes"/>.</summary>
    public static Setting<double> KeepFreeGigabytes { get; } = new("output.keep_free_gb", Gigabytes)
    {
        DefaultText = "no limit",
        Help = "Cameras: gigabytes that stay free on the disk of the output folder; the oldest segments are removed for them.",
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All { get; } = [Every, MaxMegabytes, KeepDays, KeepGigabytes, KeepFreeGigabytes];

    /// <summary>What does not fit together, one sentence each.</summary>
    /// <param name="values">What was said.</param>
    public static IEnumerable<string> Errors(SettingValues values)
    {
        if (values.FindValue(Every) is { } every && TimeSpan.TicksPerDay % every.Ticks != 0)
        {
            yield return $"{values.Full(Every)}: does not divide a day, so that segments could not begin at the same times each "
                + "day; for example 60, 300, 900, 3600, 21600 or 86400 do.";
        }

        var isOn = values.IsGiven(Every) || values.IsGiven(MaxMegabytes);
        foreach (var keep in new[] { KeepDays, KeepGigabytes, KeepFreeGigabytes })
        {
            if (!isOn && values.IsGiven(keep))
            {
                yield return $"{values.Full(keep)}: only whole segments are removed; "
                    + $"set {Every.Path} or {MaxMegabytes.Path} too.";
            }
        }
    }
}
