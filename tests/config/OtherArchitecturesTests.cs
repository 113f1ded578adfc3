using Streaming.Config.Detectron;

namespace Streaming.Config.Tests;

/// <summary>Files of detectron2's other models are refused in one line that says what they are.</summary>
public sealed class OtherArchitecturesTests : IDisposable
{
    private const string Supported =
        "supported: Mask R-CNN and Faster R-CNN with an FPN (GeneralizedRCNN, build_resnet_fpn_backbone, StandardROIHeads).";

    private readonly TempFolder _folder = new();

    /// <summary>The keys that make the model, and others that would not fit either.</summary>
    public static TheoryData<string, string, string> Models => new()
    {
        {
            "META_ARCHITECTURE: RetinaNet, BACKBONE: {NAME: build_retinanet_resnet_fpn_backbone}",
            "META_ARCHITECTURE", "a RetinaNet"
        },
        { "META_ARCHITECTURE: PanopticFPN, SEM_SEG_HEAD: {LOSS_WEIGHT: 0.5}", "META_ARCHITECTURE", "a Panoptic FPN" },
        { "META_ARCHITECTURE: ProposalNetwork", "META_ARCHITECTURE", "a region proposal network alone" },
        { "ROI_HEADS: {NAME: Res5ROIHeads}, RPN: {IN_FEATURES: [res4]}", "ROI_HEADS.NAME", "a C4 model" },
        {
            "ROI_HEADS: {NAME: StandardROIHeads}, RESNETS: {OUT_FEATURES: [res5], RES5_DILATION: 2}",
            "RESNETS.RES5_DILATION", "a DC5 model (res5 with dilation)"
        },
        { "ROI_HEADS: {NAME: StandardROIHeads}, KEYPOINT_ON: True", "KEYPOINT_ON", "a Keypoint R-CNN" },
        { "ROI_HEADS: {NAME: CascadeROIHeads}, RPN: {POST_NMS_TOPK_TRAIN: 2000}", "ROI_HEADS.NAME", "a Cascade R-CNN" },
        {
            "ROI_HEADS: {NAME: StandardROIHeads}, RESNETS: {DEFORM_ON_PER_STAGE: [False, True, True, True]}",
            "RESNETS.DEFORM_ON_PER_STAGE", "a model with deformable convolutions"
        },
        {
            "ROI_HEADS: {NAME: StandardROIHeads}, LOAD_PROPOSALS: True",
            "LOAD_PROPOSALS", "a Fast R-CNN, which takes its proposals from a file"
        },
        { "WEIGHTS: model.pth", "ROI_HEADS.NAME", "a C4 model" },
    };

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Read_FileOfAnotherModel_IsRefusedInOneLine(string model, string key, string name)
    {
        var path = _folder.File("other.yaml", $"MODEL: {{{model}}}");
        var isSaid = model.Contains(key.Split('.')[^1], StringComparison.Ordinal);
        var expected = $"{(isSaid ? $"{path}:1: " : "")}MODEL.{key}: this is {name}; {Supported}";
        Assert.Equal(expected, Error(() => ModelConfigReader.Read(path)));
        Assert.Equal(expected, Error(() => TrainingConfigReader.Read(path)));
    }

    /// <summary>Its anchor sizes are a Python expression under a tag, which nothing evaluates.</summary>
    [Fact]
    public void Read_RetinaNetAsDetectron2ShipsIt_IsRefusedForWhatItIs()
    {
        var path = _folder.File("retinanet.yaml", """
            MODEL:
              META_ARCHITECTURE: "RetinaNet"
              ANCHOR_GENERATOR:
                SIZES: !!python/object/apply:eval ["[[x, x * 2**(1.0/3)] for x in [32, 64, 128, 256, 512]]"]
              RETINANET:
                IOU_THRESHOLDS: [0.4, 0.5]
            """);
        Assert.Equal(
            $"{path}:2: MODEL.META_ARCHITECTURE: this is a RetinaNet; {Supported}", Error(() => ModelConfigReader.Read(path)));
    }

    [Theory]
    [InlineData("MODEL.RESNETS.NORM")]
    [InlineData("MODEL.ROI_MASK_HEAD.NORM")]
    public void Read_GroupNormalisation_IsRefusedByName(string key)
    {
        Assert.Equal(
            $"set {key}=GN: {key}: this is a model with group normalisation; supported: FrozenBN, BN, SyncBN.",
            Error(() => ModelConfigReader.Read("mask_rcnn_R_50_FPN_3x", [$"{key}=GN"])));
    }

    private static string Error(Func<object> read)
    {
        return Assert.Single(Assert.Throws<ConfigurationException>(read).Errors);
    }
}
