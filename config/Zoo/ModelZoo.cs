namespace Streaming.Config.Zoo;

/// <summary>A model of detectron2's model zoo whose configuration is shipped.</summary>
/// <param name="Name">For example "mask_rcnn_R_50_FPN_3x".</param>
/// <param name="Folder">The zoo's folder, for example "COCO-InstanceSegmentation".</param>
/// <param name="Run">The number of the training run that made the checkpoint, as the zoo's addresses hold it.</param>
/// <param name="CheckpointFile">The checkpoint's file name in the zoo.</param>
internal sealed record ZooModel(string Name, string Folder, int Run, string CheckpointFile)
{
    /// <summary>Where the checkpoint lies, relative to the zoo's root.</summary>
    public string CheckpointPath => $"{Folder}/{Name}/{Run}/{CheckpointFile}";

    internal string ConfigPath => $"{Folder}/{Name}.yaml";
}

/// <summary>The shipped configurations: those of detectron2's model zoo, trained on COCO.</summary>
internal static class ModelZoo
{
    /// <summary>The public address under which the zoo's checkpoints lie.</summary>
    public static Uri Root { get; } = new("https://dl.fbaipublicfiles.com/detectron2/");

    /// <summary>All shipped models.</summary>
    public static IReadOnlyList<ZooModel> Models { get; } =
    [
        new("mask_rcnn_R_50_FPN_3x", "COCO-InstanceSegmentation", 137849600, "model_final_f10217.pkl"),
        new("mask_rcnn_R_50_FPN_1x", "COCO-InstanceSegmentation", 137260431, "model_final_a54504.pkl"),
        new("mask_rcnn_R_101_FPN_3x", "COCO-InstanceSegmentation", 138205316, "model_final_a3ec72.pkl"),
        new("faster_rcnn_R_50_FPN_3x", "COCO-Detection", 137849458, "model_final_280758.pkl"),
        new("faster_rcnn_R_50_FPN_1x", "COCO-Detection", 137257794, "model_final_b275ba.pkl"),
        new("faster_rcnn_R_101_FPN_3x", "COCO-Detection", 137851257, "model_final_f6e8b1.pkl"),
    ];

    /// <summary>
    /// The model called <paramref name="name"/>, with or without folder and ".yaml", or null.
    /// </summary>
    /// <param name="name">For example "COCO-InstanceSegmentation/mask_rcnn_R_50_FPN_3x.yaml" or "mask_rcnn_R_50_FPN_3x".</param>
    public static ZooModel? Find(string name)
    {
        var bare = name.EndsWith(".yaml", StringComparison.Ordinal) ? name[..^5] : name;
        return Models.FirstOrDefault(model => bare == model.Name || bare == $"{model.Folder}/{model.Name}");
    }

    /// <summary>How detectron2's configurations name a file of the zoo.</summary>
    public const string Scheme = "detectron2://";

    /// <summary>Backbones that were trained on ImageNet, to begin training with.</summary>
    public static IReadOnlyList<string> Backbones { get; } = ["R-50", "R-101"];

    /// <summary>
    /// Where the checkpoint of a model, a backbone or a "detectron2://" address lies, relative to the zoo's root; null for
    /// another name.
    /// </summary>
    /// <param name="name">For example "mask_rcnn_R_50_FPN_3x", "R-50" or "detectron2://ImageNetPretrained/MSRA/R-50.pkl".</param>
    public static string? CheckpointOf(string name)
    {
        return name.StartsWith(Scheme, StringComparison.Ordinal) ? name[Scheme.Length..]
            : Backbones.Contains(name) ? $"ImageNetPretrained/MSRA/{name}.pkl"
            : Find(name)?.CheckpointPath;
    }

    /// <summary>The text of a shipped file, or null: <paramref name="path"/> is relative to the zoo's root.</summary>
    internal static string? ReadShipped(string path)
    {
        using var stream = typeof(ModelZoo).Assembly.GetManifestResourceStream($"zoo/{path}");
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
