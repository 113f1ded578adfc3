using Streaming.Config.Settings;

namespace Streaming.Config.Run.Zones;

/// <summary>An area in which objects are as if they were not there.</summary>
/// <param name="Shape">Where it is.</param>
/// <param name="Anchor">Which point of a box must be in it.</param>
internal sealed record RegionConfig(ShapeConfig Shape, Anchor Anchor = Anchor.BottomCenter)
{
    /// <summary>The area that a user described.</summary>
    /// <param name="values">What was said.</param>
    public static RegionConfig From(SettingValues values)
    {
        return new RegionConfig(RegionSettings.Shape.Read(values), values.Get(RegionSettings.Shape.Anchor));
    }
}
