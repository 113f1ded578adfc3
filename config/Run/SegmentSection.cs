using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>How what cameras write is cut into segments, and how long those are kept.</summary>
internal sealed record SegmentSection
{
    private const double Megabyte = 1e6;
    private const double Gigabyte = 1e9;

    /// <summary>How long a segment is; its limits are multiples of it from midnight UTC on. Null for no limit of time.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>Bytes that a segment does not exceed; null for no limit of size.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>How long segments are kept after their end; null for ever.</summary>
    public TimeSpan? KeepFor { get; init; }

    /// <summary>Most bytes of all segments together; null for no limit.</summary>
    public long? KeepBytes { get; init; }

    /// <summary>Bytes that stay free on the disk; null for no limit.</summary>
    public long? KeepFreeBytes { get; init; }

    /// <summary>How long segments are kept.</summary>
    public KeepRules Keep => new(KeepFor, KeepBytes, KeepFreeBytes);

    /// <summary>Whether there are segments at all.</summary>
    public bool IsOn => Every is not null || MaxBytes is not null;

    /// <summary>The section that a user described.</summary>
    /// <param name="values">What was said.</param>
    public static SegmentSection From(SettingValues values)
    {
        return new SegmentSection
        {
            Every = values.FindValue(SegmentSettings.Every),
            MaxBytes = (long?)(values.FindValue(SegmentSettings.MaxMegabytes) * Megabyte),
            KeepFor = values.FindValue(SegmentSettings.KeepDays) is { } days ? TimeSpan.FromDays(days) : null,
            KeepBytes = (long?)(values.FindValue(SegmentSettings.KeepGigabytes) * Gigabyte),
            KeepFreeBytes = (long?)(values.FindValue(SegmentSettings.KeepFreeGigabytes) * Gigabyte),
        };
    }
}
