using Streaming.Config.Settings;
using Streaming.Stages.Export;

namespace Streaming.Cli.Commands;

/// <summary>What `streaming export` alone can be told; no run file says it.</summary>
internal static class ExportSettings
{
    public static Setting<ExportFormat> To { get; } = new(
        "", SettingTypes.Choice([.. ExportFormats.All.Select(format => (format.Key, format))]))
    {
        Flags = [new SettingFlag("--to")],
        IsRequired = true,
        Help = $"The format. {string.Join("; ", ExportFormats.All.Select(format => $"{format.Key}: {format.Help}"))}.",
    };

    public static Setting<string> Output { get; } = new("", SettingTypes.Text("OUT"))
    {
        Flags = [new SettingFlag("--output", "-o")],
        DefaultText = "a folder of the format's name, in DIR or beside the file",
        Help = "Folder for what comes out.",
    };

    public static Setting<double> MinScore { get; } = new("", SettingTypes.Number(0, 1))
    {
        Flags = [new SettingFlag("--min-score")],
        Usual = 0,
        Help = "Leaves out detections with a lower score.",
    };

    public static Setting<bool> TrackedOnly { get; } = new("", SettingTypes.Switch)
    {
        Flags =
        [
            SettingFlag.Yes("--tracked-only") with { Help = "Leaves out detections without a track; mot does so anyway." },
            new SettingFlag("--untracked") { Value = "false", Help = "mot: also detections without a track, as track -1." },
        ],
        Help = "Whether only detections with a track count.",
    };

    public static Setting<IReadOnlyList<string>> Sources { get; } = new("", SettingTypes.Texts("ID"))
    {
        Flags = [new SettingFlag("--sources")],
        Usual = [],
        DefaultText = "all",
        Help = "The sources that count.",
    };

    public static Setting<bool> Masks { get; } = new("", SettingTypes.Switch)
    {
        Flags = [SettingFlag.Yes("--masks")],
        Usual = false,
        Help = "yolo: outlines instead of boxes; cvat: masks instead of boxes. coco, csv and parquet hold masks anyway.",
    };

    public static Setting<bool> Overwrite { get; } = new("", SettingTypes.Switch)
    {
        Flags = [SettingFlag.Yes("--overwrite")],
        Usual = false,
        Help = "Replaces an earlier export of the format in the same folder; other files stay.",
    };

    public static IReadOnlyList<Setting> All { get; } = [To, Output, MinScore, TrackedOnly, Sources, Masks, Overwrite];
}
