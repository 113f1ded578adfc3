using Streaming.Config.Settings;
using Streaming.Config.Zoo;

namespace Streaming.Config.Run;

/// <summary>The settings of <see cref="ModelSection"/>.</summary>
internal static class ModelSettings
{
    /// <summary>The prefix of weights that come from a formula.</summary>
    public const string Synthetic = "synthetic:";

    /// <summary>See <see cref="ModelSection.Config"/>.</summary>
    public static Setting<string> Config { get; } = new("model.config", SettingTypes.PathOrText("FILE|NAME"))
    {
        Flags = [new SettingFlag("--config", "-c")],
        Usual = ModelZoo.Models[0].Name,
        Help = "detectron2 configuration: a YAML file, or a shipped one "
            + $"({string.Join(", ", ModelZoo.Models.Select(model => model.Name))}).",
    };

    /// <summary>See <see cref="ModelSection.Weights"/>.</summary>
    public static Setting<string> Weights { get; } = new(
        "model.weights",
        SettingTypes.PathName("FILE|synthetic:SEED", text => text.StartsWith(Synthetic, StringComparison.Ordinal)))
    {
        Flags = [new SettingFlag("--weights", "-w")],
        DefaultText = "what 'weights fetch' has downloaded for a shipped configuration, or MODEL.WEIGHTS",
        Help = "Checkpoint (.pkl, .pth, .safetensors), or synthetic:SEED for weights from a formula, "
            + "whose detections mean nothing.",
    };

    /// <summary>See <see cref="ModelSection.Set"/>.</summary>
    public static Setting<IReadOnlyList<string>> Set { get; } = new("model.set", SettingTypes.Texts("KEY=VALUE", isAdded: true))
    {
        Flags = [new SettingFlag("--set")],
        Usual = [],
        Help = "Overrides keys of the configuration, for example MODEL.ROI_HEADS.SCORE_THRESH_TEST=0.5. "
            + "The flag may be repeated, and adds to the file's.",
    };

    /// <summary>See <see cref="ModelSection.Classes"/>.</summary>
    public static Setting<string> Classes { get; } = new("model.classes", SettingTypes.PathName("FILE"))
    {
        Flags = [new SettingFlag("--classes")],
        DefaultText = "the names in the checkpoint; COCO's for 80 classes; else numbers",
        Help = "Text file with the name of a class on each line.",
    };

    /// <summary>See <see cref="ModelSection.Devices"/>.</summary>
    public static Setting<IReadOnlyList<string>> Devices { get; } = new(
        "model.devices", SettingTypes.Texts("DEVICE", DeviceNames.Supported, DeviceNames.IsKnown))
    {
        Flags = [new SettingFlag("--device")],
        Usual = ["auto"],
        Help = "Where the network runs: auto, cpu, cuda or cuda:N. Several GPUs share the work (the flag may be repeated); "
            + "auto takes all of them, or the CPU when there is none.",
    };

    /// <summary>See <see cref="ModelSection.Threads"/>.</summary>
    public static Setting<int> Threads { get; } = new("model.threads", SettingTypes.Whole(1, 1024))
    {
        Flags = [new SettingFlag("--threads")],
        DefaultText = "all cores",
        Help = "Threads of the network on the CPU.",
    };

    /// <summary>See <see cref="ModelSection.Precision"/>.</summary>
    public static Setting<Precision> Precision { get; } = new(
        "model.precision",
        SettingTypes.Choice(("fp32", Run.Precision.Fp32), ("bf16", Run.Precision.Bf16), ("fp16", Run.Precision.Fp16)))
    {
        Flags = [new SettingFlag("--precision")],
        Usual = Run.Precision.Fp32,
        Help = "Type of convolutions and matrix products: fp32, bf16 where the processor or GPU has it "
            + "('streaming doctor' tells), or fp16 on GPUs.",
    };

    /// <summary>See <see cref="ModelSection.Exact"/>.</summary>
    public static Setting<bool> Exact { get; } = new("model.exact", SettingTypes.Switch)
    {
        Flags = [SettingFlag.Yes("--exact")],
        Usual = false,
        Help = "Computes detectron2's operations one by one, without shortcuts that change the last digits.",
    };

    /// <summary>See <see cref="ModelSection.Winograd"/>.</summary>
    public static Setting<bool> Winograd { get; } = new("model.winograd", SettingTypes.Switch)
    {
        Flags = [SettingFlag.Yes("--winograd")],
        Usual = false,
        Help = "Computes 3x3 convolutions in float32 on the CPU by Winograd's algorithm: less time, more memory, rounding errors "
            + "twice as large.",
    };

    /// <summary>See <see cref="ModelSection.LibTorch"/>.</summary>
    public static Setting<string> LibTorch { get; } = new("model.libtorch", SettingTypes.PathName("DIR"))
    {
        Flags = [new SettingFlag("--libtorch")],
        DefaultText = "STREAMING_LIBTORCH, or the one that came with the program",
        Help = "Folder of an existing libtorch, such as …/site-packages/torch/lib.",
    };

    /// <summary>The section.</summary>
    public static SettingsSection Section { get; } = new(
        "model",
        "Which network, and where it runs.",
        [Config, Weights, Set, Classes, Devices, Threads, Precision, Exact, Winograd, LibTorch]);
}
