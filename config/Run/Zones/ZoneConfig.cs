using Streaming.Config.Settings;

namespace Streaming.Config.Run.Zones;

/// <summary>An area in which objects are counted.</summary>
internal sealed record ZoneConfig
{
    /// <summary>Its name, unique in its source.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is.</summary>
    public required ShapeConfig Shape { get; init; }

    /// <summary>Which point of a box must be in it.</summary>
    public Anchor Anchor { get; init; }

    /// <summary>The share of an object's mask that must be in it, instead of a point; null for the point.</summary>
    /// <value>Above 0, up to 1.</value>
    public double? MaskShare { get; init; }

    /// <summary>Frames in which an object must be seen inside before it is in, and outside before it is out.</summary>
    /// <value>1 (at once) or more; the default is 3. <see cref="InertiaTime"/> takes its place.</value>
    public int Inertia { get; init; } = ZoneSettings.Inertia.Usual;

    /// <summary>The same as a time; null for frames.</summary>
    public TimeSpan? InertiaTime { get; init; }

    /// <summary>Least time that an object must be inside before it is in.</summary>
    public TimeSpan MinDwell { get; init; }

    /// <summary>Time inside from which on an object loiters; null for never.</summary>
    public TimeSpan? Loitering { get; init; }

    /// <summary>Which objects count.</summary>
    public ObjectFilter Filter { get; init; } = ObjectFilter.All;

    /// <summary>When it counts; empty for always.</summary>
    public ValueList<ScheduleWindow> Schedule { get; init; } = ValueList<ScheduleWindow>.Empty;

    /// <summary>The zone that a user described.</summary>
    /// <param name="values">What was said.</param>
    public static ZoneConfig From(SettingValues values)
    {
        return new ZoneConfig
        {
            Name = values.Find(ZoneSettings.Name) ?? "",
            Shape = ZoneSettings.Shape.Read(values),
            Anchor = values.Get(ZoneSettings.Shape.Anchor),
            MaskShare = values.FindValue(ZoneSettings.Mask) / 100,
            Inertia = values.Get(ZoneSettings.Inertia),
            InertiaTime = values.FindValue(ZoneSettings.InertiaTime),
            MinDwell = values.Get(ZoneSettings.MinDwell),
            Loitering = values.FindValue(ZoneSettings.Loitering),
            Filter = ZoneSettings.Filter.Read(values),
            Schedule = ZoneSettings.Schedule.Read(values),
        };
    }
}
