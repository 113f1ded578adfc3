using Streaming.Config.Run.Zones;
using Streaming.Config.Settings;

namespace Streaming.Config.Run.Privacy;

/// <summary>What no picture that leaves the program shows. The network sees it.</summary>
internal sealed record PrivacyConfig
{
    /// <summary>Everything is shown.</summary>
    public static PrivacyConfig None { get; } = new();

    /// <summary>Areas that are hidden whatever is in them.</summary>
    public ValueList<ShapeConfig> Areas { get; init; } = ValueList<ShapeConfig>.Empty;

    /// <summary>The names of the classes whose objects are hidden.</summary>
    public ValueList<string> Classes { get; init; } = ValueList<string>.Empty;

    /// <summary>How.</summary>
    public PrivacyStyle Style { get; init; }

    /// <summary>How far beyond an object is hidden as well, in percent of the picture's shorter side.</summary>
    public double Margin { get; init; } = PrivacySettings.Margin.Usual;

    /// <summary>Whether anything is hidden.</summary>
    public bool IsOn => Areas.Count > 0 || Classes.Count > 0;

    /// <summary>What a user wants to be hidden.</summary>
    /// <param name="source">What was said about the source.</param>
    public static PrivacyConfig From(SettingValues source)
    {
        return new PrivacyConfig
        {
            Areas = new ValueList<ShapeConfig>(source.Items(PrivacySettings.Areas).Select(PrivacySettings.Shape.Read)),
            Classes = new ValueList<string>(source.Find(PrivacySettings.Classes) ?? []),
            Style = source.Get(PrivacySettings.Style),
            Margin = source.Get(PrivacySettings.Margin),
        };
    }
}
