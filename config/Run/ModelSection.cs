using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>Which network, and where it runs.</summary>
internal sealed record ModelSection
{
    /// <summary>detectron2's YAML file, or the name of a shipped one.</summary>
    public required string Config { get; init; }

    /// <summary>Checkpoint, or "synthetic:SEED"; null takes what belongs to the configuration.</summary>
    public string? Weights { get; init; }

    /// <summary>Overrides of the configuration, "KEY=VALUE".</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    /// <summary>File with a class name on each line; null takes the checkpoint's names, COCO's or numbers.</summary>
    public string? Classes { get; init; }

    /// <summary>"auto", "cpu", "cuda", "cuda:N"; several share the work.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>Threads of the network on the CPU; null for all cores.</summary>
    public int? Threads { get; init; }

    /// <summary>The type of convolutions and matrix products.</summary>
    public Precision Precision { get; init; }

    /// <summary>Whether detectron2's operations are computed one by one, without shortcuts that change the last digits.</summary>
    public bool Exact { get; init; }

    /// <summary>Whether 3x3 convolutions in float32 on the CPU are computed by Winograd's algorithm.</summary>
    public bool Winograd { get; init; }

    /// <summary>Folder of an existing libtorch.</summary>
    public string? LibTorch { get; init; }

    /// <summary>The section that a user described.</summary>
    /// <param name="values">What was said.</param>
    public static ModelSection From(SettingValues values)
    {
        return new ModelSection
        {
            Config = values.Get(ModelSettings.Config),
            Weights = values.Find(ModelSettings.Weights),
            Set = values.Get(ModelSettings.Set),
            Classes = values.Find(ModelSettings.Classes),
            Devices = values.Get(ModelSettings.Devices),
            Threads = values.FindValue(ModelSettings.Threads),
            Precision = values.Get(ModelSettings.Precision),
            Exact = values.Get(ModelSettings.Exact),
            Winograd = values.Get(ModelSettings.Winograd),
            LibTorch = values.Find(ModelSettings.LibTorch),
        };
    }
}
