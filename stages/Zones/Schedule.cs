using Streaming.Config.Run.Zones;

namespace Streaming.Stages.Zones;

/// <summary>When a zone or line counts.</summary>
/// <param name="windows">The hours; none is always.</param>
internal sealed class Schedule(IReadOnlyList<ScheduleWindow> windows)
{
    private readonly (ScheduleWindow Hours, TimeZoneInfo Zone)[] _windows =
        [.. windows.Select(window => (window, TimeZoneInfo.FindSystemTimeZoneById(window.TimeZone)))];

    /// <summary>Whether it counts.</summary>
    /// <param name="at">UTC.</param>
    public bool IsOpen(DateTimeOffset at)
    {
        if (_windows.Length == 0)
        {
            return true;
        }

        foreach (var (hours, zone) in _windows)
        {
            var local = TimeZoneInfo.ConvertTime(at, zone);
            if (IsWithin(hours, local.DayOfWeek, local.TimeOfDay))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsWithin(ScheduleWindow hours, DayOfWeek day, TimeSpan time)
    {
        var yesterday = (DayOfWeek)(((int)day + 6) % 7);
        return hours.From < hours.To
            ? Has(hours, day) && time >= hours.From && time < hours.To
            : (Has(hours, day) && time >= hours.From) || (Has(hours, yesterday) && time < hours.To);
    }

    private static bool Has(ScheduleWindow hours, DayOfWeek day)
    {
        return hours.Days.Count == 0 || hours.Days.Contains(day);
    }
}
