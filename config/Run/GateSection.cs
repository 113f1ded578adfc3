using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>Which frames the network need not see.</summary>
/// <param name="IsOn">Whether any; null: of cameras that are tracked.</param>
/// <param name="Interval">Longest time between two frames that it sees.</param>
/// <param name="Levels">Least change that is motion, in shades of grey from 0 to 255.</param>
/// <param name="Cells">Least size of what moves, in cells; the picture's longer side has about 160.</param>
internal sealed record GateSection(bool? IsOn, TimeSpan Interval, double Levels, int Cells)
{
    /// <summary>As it is when nobody says anything.</summary>
    public static GateSection Usual { get; } =
        new(null, GateSettings.Interval.Usual, GateSettings.Levels.Usual, GateSettings.Cells.Usual);

    /// <summary>The gate that a user described.</summary>
    /// <param name="source">What was said about the source.</param>
    public static GateSection From(SettingValues source)
    {
        return new GateSection(
            source.FindValue(GateSettings.Gate),
            source.Get(GateSettings.Interval),
            source.Get(GateSettings.Levels),
            source.Get(GateSettings.Cells));
    }
}
