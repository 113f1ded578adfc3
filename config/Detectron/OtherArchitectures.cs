using Streaming.Config.Yaml;

namespace Streaming.Config.Detectron;

/// <summary>
/// Knows detectron2's other models by the keys that make them so. A file of one is refused in one sentence: what its keys
/// say about a network that is not built here would only hide that.
/// </summary>
internal static class OtherArchitectures
{
    private const string Supported =
        "supported: Mask R-CNN and Faster R-CNN with an FPN (GeneralizedRCNN, build_resnet_fpn_backbone, StandardROIHeads)";

    private const string Deformable = "MODEL.RESNETS.DEFORM_ON_PER_STAGE";

    /// <summary>A key, the value that tells the model, and what that is. The first row that fits names the file.</summary>
    private static readonly (string Key, object Value, string Name)[] Marks =
    [
        ("MODEL.META_ARCHITECTURE", "RetinaNet", "a RetinaNet"),
        ("MODEL.META_ARCHITECTURE", "FCOS", "an FCOS"),
        ("MODEL.META_ARCHITECTURE", "PanopticFPN", "a Panoptic FPN"),
        ("MODEL.META_ARCHITECTURE", "SemanticSegmentor", "a semantic segmentation model"),
        ("MODEL.META_ARCHITECTURE", "ProposalNetwork", "a region proposal network alone"),
        ("MODEL.ROI_HEADS.NAME", "CascadeROIHeads", "a Cascade R-CNN"),
        ("MODEL.ROI_HEADS.NAME", "RROIHeads", "a model for rotated boxes"),
        ("MODEL.PROPOSAL_GENERATOR.NAME", "RRPN", "a model for rotated boxes"),
        ("MODEL.PROPOSAL_GENERATOR.NAME", "PrecomputedProposals", "a Fast R-CNN, which takes its proposals from a file"),
        ("MODEL.LOAD_PROPOSALS", true, "a Fast R-CNN, which takes its proposals from a file"),
        ("MODEL.KEYPOINT_ON", true, "a Keypoint R-CNN"),
        ("MODEL.ROI_HEADS.NAME", "Res5ROIHeads", "a C4 model"),
        ("MODEL.RESNETS.RES5_DILATION", 2L, "a DC5 model (res5 with dilation)"),
    ];

    private static readonly string[] Norms =
        ["MODEL.RESNETS.NORM", "MODEL.FPN.NORM", "MODEL.ROI_BOX_HEAD.NORM", "MODEL.ROI_MASK_HEAD.NORM"];

    /// <summary>Why the file as a whole is refused, or null when no other model is recognised in it.</summary>
    public static string? Refusal(ConfigTree tree)
    {
        if (Marks.FirstOrDefault(mark => Is(tree, mark.Key, mark.Value)) is { Key: { } key } mark)
        {
            return $"{tree.Place(key)}: this is {mark.Name}; {Supported}.";
        }

        if (tree.Leaves[Deformable].Value is ConfigList stages
            && stages.Items.Any(stage => stage is ConfigScalar { Value: true }))
        {
            return $"{tree.Place(Deformable)}: this is a model with deformable convolutions; {Supported}.";
        }

        return Norms.FirstOrDefault(norm => Is(tree, norm, "GN")) is { } norm
            ? $"{tree.Place(norm)}: this is a model with group normalisation; supported: {NormNames.Supported}."
            : null;
    }

    /// <summary>
    /// detectron2's defaults describe a C4 model, so that a file that does not say its model is one; its other errors come
    /// first.
    /// </summary>
    private static bool Is(ConfigTree tree, string key, object value)
    {
        var (node, origin) = tree.Leaves[key];
        return node is ConfigScalar scalar
            && value.Equals(scalar.Value)
            && (origin != ConfigTree.Default || tree.Errors.Count == 0);
    }
}
