using Streaming.Config.Settings;

namespace Streaming.Config.Run.Zones;

/// <summary>The settings of a <see cref="ZoneConfig"/>.</summary>
internal static class ZoneSettings
{
    private const string Path = "sources.zones";

    /// <summary>See <see cref="ZoneConfig.Name"/>.</summary>
    public static Setting<string> Name { get; } = new($"{Path}.name", SettingTypes.Text("NAME"))
    {
        IsRequired = true,
        Help = "Name of the zone in events and metrics, unique in its source.",
    };

    /// <summary>See <see cref="ZoneConfig.Shape"/>.</summary>
    public static ShapeSettings Shape { get; } = ShapeSettings.Area(Path);

    /// <summary>See <see cref="ZoneConfig.MaskShare"/>.</summary>
    public static Setting<double> Mask { get; } = new($"{Path}.mask", SettingTypes.Number(1, 100))
    {
        DefaultText = "the anchor counts",
        Help = "Percent of an object's mask that must be in the zone, instead of its anchor; of its box when the model has no "
            + "masks.",
    };

    /// <summary>See <see cref="ZoneConfig.Inertia"/>.</summary>
    public static Setting<int> Inertia { get; } = new($"{Path}.inertia", SettingTypes.Whole(1, 1000))
    {
        Usual = 3,
        Help = "Frames one after the other in which an object must be seen inside before it is in, and outside before it is out.",
    };

    /// <summary>See <see cref="ZoneConfig.InertiaTime"/>.</summary>
    public static Setting<TimeSpan> InertiaTime { get; } = new($"{Path}.inertia_s", SettingTypes.Seconds(0, 3600))
    {
        DefaultText = "frames count",
        Help = "The inertia in seconds instead of frames.",
    };

    /// <summary>See <see cref="ZoneConfig.MinDwell"/>.</summary>
    public static Setting<TimeSpan> MinDwell { get; } = new($"{Path}.min_dwell_s", SettingTypes.Seconds(0, 86400))
    {
        Usual = TimeSpan.Zero,
        Help = "Least seconds that an object must be inside before it is in.",
    };

    /// <summary>See <see cref="ZoneConfig.Loitering"/>.</summary>
    public static Setting<TimeSpan> Loitering { get; } = new($"{Path}.loitering_s", SettingTypes.Seconds(0.1, 86400))
    {
        DefaultText = "no such events",
        Help = "Seconds inside after which an object loiters.",
    };

    /// <summary>See <see cref="ZoneConfig.Filter"/>.</summary>
    public static FilterSettings Filter { get; } = new(Path, "in the zone");

    /// <summary>See <see cref="ZoneConfig.Schedule"/>.</summary>
    public static ScheduleSettings Schedule { get; } = new(Path);

    /// <summary>The list.</summary>
    public static SettingList All { get; } = new(
        Path,
        [
            Name, Shape.Points, Shape.Units, Shape.Anchor, Mask, Inertia, InertiaTime, MinDwell, Loitering, .. Filter.All,
            Schedule.All,
        ])
    {
        Help = "Areas in which tracked objects are counted ([zones.md](zones.md)).",
    };

    /// <summary>What does not fit together in a zone, one sentence each.</summary>
    /// <param name="values">What was said.</param>
    public static IEnumerable<string> Errors(SettingValues values)
    {
        if (values.IsGiven(Mask) && values.IsGiven(Shape.Anchor))
        {
            yield return $"{values.Full(Mask)}: takes the place of {values.Brief(Shape.Anchor)}: use one of them.";
        }

        if (values.IsGiven(InertiaTime) && values.IsGiven(Inertia))
        {
            yield return $"{values.Full(InertiaTime)}: takes the place of {values.Brief(Inertia)}: use one of them.";
        }

        foreach (var error in Shape.Errors(values).Concat(Schedule.Errors(values)))
        {
            yield return error;
        }
    }
}
