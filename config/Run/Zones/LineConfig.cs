using Streaming.Config.Settings;

namespace Streaming.Config.Run.Zones;

/// <summary>A line whose crossings are counted.</summary>
internal sealed record LineConfig
{
    /// <summary>Its name, unique in its source.</summary>
    public required string Name { get; init; }

    /// <summary>Its two ends.</summary>
    public required ShapeConfig Shape { get; init; }

    /// <summary>Which point of a box must cross it.</summary>
    public Anchor Anchor { get; init; }

    /// <summary>The name of the direction from left to right, as seen from the first end towards the second.</summary>
    public string Forward { get; init; } = "in";

    /// <summary>The name of the direction from right to left.</summary>
    public string Backward { get; init; } = "out";

    /// <summary>How far from the line an object must be to be on a side, as a part of the picture's shorter side.</summary>
    /// <value>0 to 0.5; the default is 0.01.</value>
    public double Hysteresis { get; init; } = LineSettings.Hysteresis.Usual / 100;

    /// <summary>Which objects count.</summary>
    public ObjectFilter Filter { get; init; } = ObjectFilter.All;

    /// <summary>When it counts; empty for always.</summary>
    public ValueList<ScheduleWindow> Schedule { get; init; } = ValueList<ScheduleWindow>.Empty;

    /// <summary>The line that a user described.</summary>
    /// <param name="values">What was said.</param>
    public static LineConfig From(SettingValues values)
    {
        var (forward, backward) = values.Get(LineSettings.Directions) is [var first, var second] ? (first, second) : ("", "");
        return new LineConfig
        {
            Name = values.Find(LineSettings.Name) ?? "",
            Shape = LineSettings.Shape.Read(values),
            Anchor = values.Get(LineSettings.Shape.Anchor),
            Forward = forward,
            Backward = backward,
            Hysteresis = values.Get(LineSettings.Hysteresis) / 100,
            Filter = LineSettings.Filter.Read(values),
            Schedule = LineSettings.Schedule.Read(values),
        };
    }
}
