using Streaming.Config.Settings;

namespace Streaming.Config.Run.Zones;

/// <summary>The settings of a <see cref="LineConfig"/>.</summary>
internal static class LineSettings
{
    private const string Path = "sources.lines";

    /// <summary>See <see cref="LineConfig.Name"/>.</summary>
    public static Setting<string> Name { get; } = new($"{Path}.name", SettingTypes.Text("NAME"))
    {
        IsRequired = true,
        Help = "Name of the line in events and metrics, unique in its source.",
    };

    /// <summary>See <see cref="LineConfig.Shape"/>.</summary>
    public static ShapeSettings Shape { get; } = ShapeSettings.Line(Path);

    /// <summary>See <see cref="LineConfig.Forward"/>.</summary>
    public static Setting<IReadOnlyList<string>> Directions { get; } = new(
        $"{Path}.directions", SettingTypes.Texts("NAME", "a list of two names", name => name.Length > 0))
    {
        Usual = ["in", "out"],
        Help = "Names of the two directions: from left to right as seen from the first end towards the second, and back.",
    };

    /// <summary>See <see cref="LineConfig.Hysteresis"/>.</summary>
    public static Setting<double> Hysteresis { get; } = new($"{Path}.hysteresis", SettingTypes.Number(0, 50))
    {
        Usual = 1,
        Help = "How far from the line an object must be to be on a side of it, in percent of the picture's shorter side.",
    };

    /// <summary>See <see cref="LineConfig.Filter"/>.</summary>
    public static FilterSettings Filter { get; } = new(Path, "at the line");

    /// <summary>See <see cref="LineConfig.Schedule"/>.</summary>
    public static ScheduleSettings Schedule { get; } = new(Path);

    /// <summary>The list.</summary>
    public static SettingList All { get; } = new(
        Path, [Name, Shape.Points, Shape.Units, Shape.Anchor, Directions, Hysteresis, .. Filter.All, Schedule.All])
    {
        Help = "Lines at which crossings of tracked objects are counted ([zones.md](zones.md)).",
    };

    /// <summary>What does not fit together in a line, one sentence each.</summary>
    /// <param name="values">What was said.</param>
    public static IEnumerable<string> Errors(SettingValues values)
    {
        if (values.Get(Directions) is not [var forward, var backward] || forward == backward)
        {
            yield return $"{values.Full(Directions)}: name two directions, for example [in, out].";
        }

        foreach (var error in Shape.Errors(values).Concat(Schedule.Errors(values)))
        {
            yield return error;
        }
    }
}
