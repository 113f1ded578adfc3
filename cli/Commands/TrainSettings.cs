using Streaming.Config.Run;
using Streaming.Config.Settings;

namespace Streaming.Cli.Commands;

/// <summary>What `streaming train` alone can be told; no run file says it.</summary>
internal static class TrainSettings
{
    public static Setting<string> Config { get; } = new("", SettingTypes.Text("FILE|NAME"))
    {
        Flags = [new SettingFlag("--config", "-c")],
        IsRequired = true,
        Help = "detectron2 configuration: a YAML file or a shipped one; its SOLVER, INPUT and DATALOADER keys say how to train.",
    };

    public static Setting<string> Data { get; } = new("", SettingTypes.Text("FILE|DIR"))
    {
        Flags = [new SettingFlag("--data")],
        IsRequired = true,
        Help = "What to learn: a COCO annotation file, or a folder with annotations.json and images/.",
    };

    public static Setting<string> Images { get; } = new("", SettingTypes.Text("DIR"))
    {
        Flags = [new SettingFlag("--images")],
        DefaultText = "'images' beside the file, or the file's folder",
        Help = "Folder of its pictures.",
    };

    public static Setting<string> Validation { get; } = new("", SettingTypes.Text("FILE|DIR"))
    {
        Flags = [new SettingFlag("--val")],
        Help = "What to evaluate on, every TEST.EVAL_PERIOD iterations and at the end; as --data.",
    };

    public static Setting<string> ValidationImages { get; } = new("", SettingTypes.Text("DIR"))
    {
        Flags = [new SettingFlag("--val-images")],
        DefaultText = "as for --images",
        Help = "Folder of its pictures.",
    };

    public static Setting<string> Output { get; } = new("", SettingTypes.Text("DIR"))
    {
        Flags = [new SettingFlag("--output", "-o")],
        Usual = "output",
        Help = "Folder for checkpoints and logs.",
    };

    public static Setting<string> Weights { get; } = new("", SettingTypes.Text("FILE"))
    {
        Flags = [new SettingFlag("--weights", "-w")],
        DefaultText = "MODEL.WEIGHTS",
        Help = "Checkpoint to begin with (also a backbone alone); \"\" draws all weights.",
    };

    public static Setting<bool> NewClasses { get; } = new("", SettingTypes.Switch)
    {
        Flags = [SettingFlag.Yes("--new-classes")],
        Usual = false,
        Help = "The data set's classes are not the checkpoint's: the layers that depend on them begin anew.",
    };

    public static Setting<bool> Resume { get; } = new("", SettingTypes.Switch)
    {
        Flags = [SettingFlag.Yes("--resume")],
        Usual = false,
        Help = "Goes on from the output folder's last checkpoint, as if nothing had happened.",
    };

    public static Setting<string> Device { get; } = new(
        "", SettingTypes.Text("DEVICE", DeviceNames.Supported, DeviceNames.IsKnown))
    {
        Flags = [new SettingFlag("--device")],
        Usual = "auto",
        Help = "Where the network runs: auto, cpu, cuda or cuda:N.",
    };

    public static IReadOnlyList<Setting> All { get; } =
    [
        Config, Data, Images, Validation, ValidationImages, Output, Weights, NewClasses, Resume,
        ModelSettings.Set, Device, ModelSettings.Threads, ModelSettings.LibTorch,
    ];
}
