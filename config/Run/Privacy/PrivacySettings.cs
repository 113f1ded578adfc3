using Streaming.Config.Run.Zones;
using Streaming.Config.Settings;

namespace Streaming.Config.Run.Privacy;

/// <summary>The settings of a <see cref="PrivacyConfig"/>.</summary>
internal static class PrivacySettings
{
    private const string AreasPath = "sources.privacy_areas";

    /// <summary>A hidden area's shape.</summary>
    public static ShapeSettings Shape { get; } = ShapeSettings.Area(AreasPath);

    /// <summary>See <see cref="PrivacyConfig.Areas"/>.</summary>
    public static SettingList Areas { get; } = new(AreasPath, Shape.Points, Shape.Units)
    {
        Help = "Areas that no picture, video, snapshot or clip shows: a neighbour's window, for example. The network sees them.",
    };

    /// <summary>See <see cref="PrivacyConfig.Classes"/>.</summary>
    public static Setting<IReadOnlyList<string>> Classes { get; } = new("sources.privacy_classes", SettingTypes.Texts("CLASS"))
    {
        Flags = [new SettingFlag("--hide")],
        DefaultText = "none",
        Help = "Names of classes whose objects no picture, video, snapshot or clip shows.",
    };

    /// <summary>See <see cref="PrivacyConfig.Style"/>.</summary>
    public static Setting<PrivacyStyle> Style { get; } = new(
        "sources.privacy_style",
        SettingTypes.Choice(("black", PrivacyStyle.Black), ("pixelate", PrivacyStyle.Pixelate)))
    {
        Usual = PrivacyStyle.Black,
        Help = "How things are hidden: black, or in large squares of one colour each.",
    };

    /// <summary>See <see cref="PrivacyConfig.Margin"/>.</summary>
    public static Setting<double> Margin { get; } = new("sources.privacy_margin", SettingTypes.Number(0, 50))
    {
        Usual = 2,
        Help = "How far beyond an object is hidden as well, in percent of the picture's shorter side.",
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All => [Areas, Classes, Style, Margin];

    /// <summary>What does not fit together, one sentence each.</summary>
    /// <param name="source">What was said about a source.</param>
    public static IEnumerable<string> Errors(SettingValues source)
    {
        var shapes = source.Items(Areas).SelectMany(Shape.Errors);
        // A filter takes objects out of the record, from which a resumed run draws its pictures again.
        Setting[] filters = [.. ZoneChecks.SourceFilter.All.Where(source.IsGiven)];
        return filters.Length == 0 || source.Find(Classes) is not { Count: > 0 }
            ? shapes
            : [.. shapes, $"{source.Full(Classes)}: cannot be used together with {filters[0].Path}: what is left out would be "
                + "shown. Set filters for each zone and line instead."];
    }
}
