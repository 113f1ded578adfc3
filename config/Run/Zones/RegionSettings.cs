using Streaming.Config.Settings;

namespace Streaming.Config.Run.Zones;

/// <summary>The settings of a <see cref="RegionConfig"/>.</summary>
internal static class RegionSettings
{
    private const string Path = "sources.ignore";

    /// <summary>See <see cref="RegionConfig.Shape"/>.</summary>
    public static ShapeSettings Shape { get; } = ShapeSettings.Area(Path);

    /// <summary>The list.</summary>
    public static SettingList All { get; } = new(Path, Shape.Points, Shape.Units, Shape.Anchor)
    {
        Help = "Areas in which objects are as if they were not there: a public road behind the fence, for example.",
    };
}
