namespace Streaming.Model.Weights;

/// <summary>Knows checkpoints of other programs, whose layers have other names than detectron2's.</summary>
internal static class OtherPrograms
{
    private const string MmDetection = "MMDetection";

    /// <summary>A part of a name that only this program's models have.</summary>
    private static readonly (string Part, string Program)[] Marks =
    [
        ("backbone.body.", "torchvision's detection models"),
        ("backbone.fpn.inner_blocks.", "torchvision's detection models"),
        ("neck.lateral_convs.", MmDetection),
        ("neck.fpn_convs.", MmDetection),
        ("roi_head.bbox_head.", MmDetection),
        ("bbox_head.shared_fcs.", MmDetection),
        ("layer1.0.bn1.", "torchvision's classification models"),
    ];

    /// <summary>The first message's part after "FILE: ", or null when the names are not another program's.</summary>
    public static string? Refusal(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            if (Marks.FirstOrDefault(mark => name.Contains(mark.Part, StringComparison.Ordinal)).Program is { } program)
            {
                return $"this is a checkpoint of {program} (it has '{name}'); supported: checkpoints with detectron2's names.";
            }
        }

        return null;
    }

    /// <summary>The program that a Python module belongs to, or null.</summary>
    public static string? OfModule(string module)
    {
        return module.Split('.')[0] is "mmcv" or "mmdet" or "mmengine" ? MmDetection : null;
    }
}
