using System.Globalization;
using Streaming.Config.Settings;

namespace Streaming.Config.Run.Zones;

/// <summary>The settings of <see cref="ScheduleWindow"/>s.</summary>
internal sealed class ScheduleSettings
{
    private static readonly string[] DayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    /// <param name="path">The list that they stand in.</param>
    public ScheduleSettings(string path)
    {
        var own = $"{path}.schedule";
        Days = new Setting<IReadOnlyList<string>>(
            $"{own}.days", SettingTypes.Texts("DAY", $"one or several of {string.Join(", ", DayNames)}", DayNames.Contains))
        {
            DefaultText = "every day",
            Help = "Days of the week on which the hours begin.",
        };
        From = Time($"{own}.from", "00:00", "When the hours begin.");
        To = Time($"{own}.to", "24:00", "When the hours are over; on the next day when that is before they begin.");
        TimeZone = new Setting<string>(
            $"{own}.time_zone",
            SettingTypes.Text(
                "NAME",
                "a time zone's name such as Europe/Berlin or UTC, if this machine knows it",
                name => TimeZoneInfo.TryFindSystemTimeZoneById(name, out _)))
        {
            Usual = "UTC",
            Help = "Whose clocks and days count; they go forward and back with daylight saving time.",
        };
        All = new SettingList(own, Days, From, To, TimeZone)
        {
            Help = "Cameras: when it counts; without it, always. Each item gives hours of some days.",
        };
    }

    /// <summary>The list.</summary>
    public SettingList All { get; }

    private Setting<IReadOnlyList<string>> Days { get; }

    private Setting<string> From { get; }

    private Setting<string> To { get; }

    private Setting<string> TimeZone { get; }

    /// <summary>The windows that a user described.</summary>
    /// <param name="values">What was said about a zone or line.</param>
    public ValueList<ScheduleWindow> Read(SettingValues values)
    {
        return new ValueList<ScheduleWindow>(values.Items(All).Select(item => new ScheduleWindow
        {
            Days = new ValueList<DayOfWeek>((item.Find(Days) ?? []).Select(day => (DayOfWeek)Array.IndexOf(DayNames, day))),
            From = TimeOf(item.Get(From)),
            To = TimeOf(item.Get(To)),
            TimeZone = item.Get(TimeZone),
        }));
    }

    /// <summary>What does not fit together, one sentence each.</summary>
    /// <param name="values">What was said about a zone or line.</param>
    public IEnumerable<string> Errors(SettingValues values)
    {
        return values.Items(All).Where(item => item.Get(From) == item.Get(To)).Select(item =>
            $"{item.Full(To)}: the hours end when they begin; leave out both for the whole day.");
    }

    private static Setting<string> Time(string path, string usual, string help)
    {
        return new Setting<string>(path, SettingTypes.Text("HH:MM", "a time of day from 00:00 to 24:00", IsTime))
        {
            Usual = usual,
            Help = help,
        };
    }

    private static bool IsTime(string text)
    {
        return text == "24:00" || (text.Length == 5 && TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture,
            DateTimeStyles.None, out _));
    }

    private static TimeSpan TimeOf(string text)
    {
        return text == "24:00"
            ? TimeSpan.FromDays(1)
            : TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture).ToTimeSpan();
    }
}
