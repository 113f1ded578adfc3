using Streaming.Config.Settings;

namespace Streaming.Config.Run.Zones;

/// <summary>What must fit together in a source's zones and lines.</summary>
internal static class ZoneChecks
{
    /// <summary>Which objects of a source count at all.</summary>
    public static FilterSettings SourceFilter { get; } = new("sources", "at all: others are as if they were not there");

    /// <summary>Everything that does not fit, one sentence each.</summary>
    /// <param name="source">What was said about a source.</param>
    public static IEnumerable<string> Errors(SettingValues source)
    {
        return
        [
            .. source.Items(ZoneSettings.All).SelectMany(ZoneSettings.Errors),
            .. source.Items(LineSettings.All).SelectMany(LineSettings.Errors),
            .. source.Items(RegionSettings.All).SelectMany(RegionSettings.Shape.Errors),
            .. Names(source.Items(ZoneSettings.All), ZoneSettings.Name, "zones"),
            .. Names(source.Items(LineSettings.All), LineSettings.Name, "lines"),
        ];
    }

    /// <summary>Names of classes that the model does not know, one sentence each.</summary>
    /// <param name="source">What was said about a source.</param>
    /// <param name="known">The model's classes.</param>
    public static IEnumerable<string> ClassErrors(SettingValues source, IReadOnlyList<string> known)
    {
        return
        [
            .. SourceFilter.Errors(source, known),
            .. source.Items(ZoneSettings.All).SelectMany(zone => ZoneSettings.Filter.Errors(zone, known)),
            .. source.Items(LineSettings.All).SelectMany(line => LineSettings.Filter.Errors(line, known)),
        ];
    }

    /// <summary>Schedules of a source that does not say what time of day it shows, one sentence each.</summary>
    /// <param name="source">What was said about a file.</param>
    public static IEnumerable<string> ScheduleErrors(SettingValues source)
    {
        return source.Items(ZoneSettings.All).Where(zone => zone.Items(ZoneSettings.Schedule.All).Count > 0)
            .Select(zone => zone.Full(ZoneSettings.Schedule.All))
            .Concat(source.Items(LineSettings.All).Where(line => line.Items(LineSettings.Schedule.All).Count > 0)
                .Select(line => line.Full(LineSettings.Schedule.All)))
            .Select(schedule => $"{schedule}: is for cameras: a file does not say what time of day it shows.");
    }

    private static IEnumerable<string> Names(IReadOnlyList<SettingValues> items, Setting<string> name, string what)
    {
        return items.Where(item => item.IsGiven(name))
            .GroupBy(item => item.Find(name), StringComparer.Ordinal)
            .Where(group => group.Count() > 1)
            .Select(group => $"{group.Last().Full(name)}: {group.Count()} {what} of the source have this name; "
                + "each needs its own.");
    }
}
