using Streaming.Config.Settings;

namespace Streaming.Config.Run.Zones;

/// <summary>Hours of some days of the week, by the clocks of a time zone.</summary>
internal sealed record ScheduleWindow
{
    /// <summary>Days on which it begins; empty for all.</summary>
    public ValueList<DayOfWeek> Days { get; init; } = ValueList<DayOfWeek>.Empty;

    /// <summary>When it begins, from midnight.</summary>
    public TimeSpan From { get; init; }

    /// <summary>When it is over, up to 24 hours from midnight. Before <see cref="From"/>: on the next day.</summary>
    public TimeSpan To { get; init; } = TimeSpan.FromDays(1);

    /// <summary>IANA's name of the time zone.</summary>
    public string TimeZone { get; init; } = "UTC";
}
