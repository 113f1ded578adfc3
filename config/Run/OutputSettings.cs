using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>The settings that all outputs share; each kind of output declares its own ones itself.</summary>
internal static class OutputSettings
{
    /// <summary>The name of the section.</summary>
    public const string Name = "output";

    /// <summary>The folder of all outputs.</summary>
    public static Setting<string> Folder { get; } = new("output.folder", SettingTypes.PathName("DIR"))
    {
        Flags = [new SettingFlag("--output", "-o")],
        Usual = "output",
        Help = "Folder of all outputs; created when it is missing.",
    };

    /// <summary>What happens when an output exists already.</summary>
    public static Setting<ExistingOutput> Existing { get; } = new(
        "output.existing",
        SettingTypes.Choice(
            ("refuse", ExistingOutput.Refuse), ("overwrite", ExistingOutput.Overwrite), ("resume", ExistingOutput.Resume)))
    {
        Flags =
        [
            new SettingFlag("--overwrite") { Value = "overwrite", Help = "Replaces results that exist already." },
            new SettingFlag("--resume")
            {
                Value = "resume",
                Help = "Goes on where an earlier run with the same settings was stopped or killed.",
            },
        ],
        Usual = ExistingOutput.Refuse,
        Help = "What happens when an output exists already: refuse to start, overwrite it, or resume where it ends.",
    };

    /// <summary>Least score that is drawn.</summary>
    public static Setting<double> DrawThreshold { get; } = new("output.draw_threshold", SettingTypes.Number(0, 1))
    {
        Flags = [new SettingFlag("--draw-threshold")],
        Usual = 0.5,
        Help = "Least score of a detection that is drawn into pictures and videos.",
    };

    /// <summary>What has a colour of its own.</summary>
    public static Setting<DrawColors> Draw { get; } = new(
        "output.draw", SettingTypes.Choice(("class", DrawColors.Class), ("object", DrawColors.Object)))
    {
        DefaultText = "object for sources that are tracked, otherwise class",
        Help = "What has a colour of its own in pictures and videos: each class, or each object.",
    };

    /// <summary>Most places of a track that are drawn.</summary>
    public static Setting<int> Trails { get; } = new("output.trails", SettingTypes.Whole(0, 1000))
    {
        Usual = 30,
        Help = "Frames over which an object's way is drawn into pictures and videos of tracked sources; 0 for none.",
    };

    /// <summary>The section.</summary>
    public static SettingsSection Section { get; } = new(
        Name,
        "What is written.",
        [Folder, Existing, DrawThreshold, Draw, Trails, .. SegmentSettings.All, .. EventFileSettings.All]);
}
