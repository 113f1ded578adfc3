namespace Streaming.Config.Detectron;

/// <summary>
/// A Mask R-CNN or Faster R-CNN with a feature pyramid, as a detectron2 configuration describes it. Everything in it
/// has been validated: a model can be built from it without further checks.
/// </summary>
internal sealed record ModelConfig
{
    /// <summary>Where the configuration came from, for messages and outputs: a file name or a shipped model's name.</summary>
    public required string Name { get; init; }

    /// <summary>MODEL.RESNETS and MODEL.BACKBONE.</summary>
    public required ResNetConfig ResNet { get; init; }

    /// <summary>MODEL.FPN.</summary>
    public required FpnConfig Fpn { get; init; }

    /// <summary>MODEL.ANCHOR_GENERATOR.</summary>
    public required AnchorConfig Anchors { get; init; }

    /// <summary>MODEL.RPN and MODEL.PROPOSAL_GENERATOR.</summary>
    public required RpnConfig Rpn { get; init; }

    /// <summary>MODEL.ROI_HEADS, MODEL.ROI_BOX_HEAD and TEST.DETECTIONS_PER_IMAGE.</summary>
    public required RoiHeadsConfig RoiHeads { get; init; }

    /// <summary>MODEL.ROI_MASK_HEAD, or null when MODEL.MASK_ON is false (Faster R-CNN).</summary>
    public required MaskHeadConfig? MaskHead { get; init; }

    /// <summary>INPUT.* and MODEL.PIXEL_*.</summary>
    public required InputConfig Input { get; init; }

    /// <summary>MODEL.WEIGHTS as written; may be empty.</summary>
    public required string Weights { get; init; }

    /// <summary>What the configuration asks for and detecting does without, a sentence each, with file and line.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The keys that only training uses (SOLVER, DATALOADER…), by dotted name, with plain values.</summary>
    public required IReadOnlyDictionary<string, object?> Training { get; init; }
}

/// <summary>How a convolution's output is normalised.</summary>
internal enum NormKind
{
    /// <summary>Batch norm with fixed statistics and affine parameters.</summary>
    FrozenBN,

    /// <summary>Batch norm; outside training the running statistics are used. detectron2's SyncBN is the same there.</summary>
    BN,
}

/// <summary>The residual network.</summary>
/// <param name="Depth">18, 34 (basic blocks), 50, 101 or 152 (bottleneck blocks).</param>
/// <param name="Norm">Normalisation of each convolution.</param>
/// <param name="NumGroups">Groups of the 3x3 convolutions of bottleneck blocks.</param>
/// <param name="WidthPerGroup">Channels of a group in res2; doubles with each stage.</param>
/// <param name="StemOutChannels">Channels of the stem.</param>
/// <param name="Res2OutChannels">Channels of res2; doubles with each stage.</param>
/// <param name="StrideIn1X1">Whether a stage's stride lies in the first 1x1 convolution instead of the 3x3 one.</param>
/// <param name="FreezeAt">How many stages, the stem first, do not learn.</param>
internal sealed record ResNetConfig(
    int Depth,
    NormKind Norm,
    int NumGroups,
    int WidthPerGroup,
    int StemOutChannels,
    int Res2OutChannels,
    bool StrideIn1X1,
    int FreezeAt);

/// <summary>How the pyramid joins a level with the upsampled one above it.</summary>
internal enum FpnFuse
{
    /// <summary>The sum of both.</summary>
    Sum,

    /// <summary>Half the sum.</summary>
    Avg,
}

/// <summary>The feature pyramid.</summary>
/// <param name="InFeatures">Consecutive stages, for example res2 to res5: levels are p2 to p5, and p6 on top.</param>
/// <param name="OutChannels">Channels of each level.</param>
/// <param name="Fuse">How levels are joined.</param>
/// <param name="Norm">Normalisation of each convolution, or null for none.</param>
internal sealed record FpnConfig(IReadOnlyList<string> InFeatures, int OutChannels, FpnFuse Fuse, NormKind? Norm = null);

/// <summary>The anchors.</summary>
/// <param name="Sizes">Per level of the RPN: square roots of the areas, in pixels.</param>
/// <param name="AspectRatios">Per level of the RPN: height / width.</param>
/// <param name="Offset">Where in its cell the first anchor's centre lies, as a share of the stride, 0 to below 1.</param>
internal sealed record AnchorConfig(
    IReadOnlyList<IReadOnlyList<double>> Sizes, IReadOnlyList<IReadOnlyList<double>> AspectRatios, double Offset);

/// <summary>The region proposal network.</summary>
/// <param name="InFeatures">Levels of the pyramid, finest first.</param>
/// <param name="PreNmsTopK">Proposals that enter NMS, per level and image.</param>
/// <param name="PostNmsTopK">Proposals that are left, per image.</param>
/// <param name="NmsThreshold">IoU above which the worse of two boxes goes.</param>
/// <param name="MinSize">Proposals with a side not longer than this, in pixels, are dropped.</param>
/// <param name="BoxWeights">Divisors of the predicted dx, dy, dw, dh.</param>
/// <param name="ConvDims">Channels of the head's 3x3 convolutions; null for one with as many as the pyramid has.</param>
internal sealed record RpnConfig(
    IReadOnlyList<string> InFeatures,
    int PreNmsTopK,
    int PostNmsTopK,
    double NmsThreshold,
    double MinSize,
    IReadOnlyList<double> BoxWeights,
    IReadOnlyList<int>? ConvDims = null);

/// <summary>The box branch and the selection of detections.</summary>
/// <param name="NumClasses">Classes without the background.</param>
/// <param name="InFeatures">Levels of the pyramid that the regions are pooled from.</param>
/// <param name="ScoreThreshold">Detections need a score above this, 0 to 1.</param>
/// <param name="NmsThreshold">IoU above which the worse of two boxes of a class goes.</param>
/// <param name="DetectionsPerImage">At most so many detections, best first; -1 keeps all.</param>
/// <param name="Pooler">How regions are pooled.</param>
/// <param name="NumConv">3x3 convolutions before the linear layers.</param>
/// <param name="ConvDim">Channels of those convolutions.</param>
/// <param name="NumFc">Linear layers.</param>
/// <param name="FcDim">Width of the linear layers.</param>
/// <param name="BoxWeights">Divisors of the predicted dx, dy, dw, dh.</param>
/// <param name="ClassAgnosticBoxes">One box per region instead of one per class.</param>
/// <param name="Norm">Normalisation of each 3x3 convolution, or null for none.</param>
internal sealed record RoiHeadsConfig(
    int NumClasses,
    IReadOnlyList<string> InFeatures,
    double ScoreThreshold,
    double NmsThreshold,
    int DetectionsPerImage,
    PoolerConfig Pooler,
    int NumConv,
    int ConvDim,
    int NumFc,
    int FcDim,
    IReadOnlyList<double> BoxWeights,
    bool ClassAgnosticBoxes,
    NormKind? Norm = null);

/// <summary>ROIAlign.</summary>
/// <param name="Resolution">Bins per side.</param>
/// <param name="SamplingRatio">Samples per bin and axis; 0 takes as many as the region's size suggests.</param>
/// <param name="IsAligned">
/// True: a pixel's value lies at its centre ("ROIAlignV2"). False: the form of the first publications ("ROIAlign"), whose
/// regions are half a pixel of the feature map to the right and below, and at least a pixel wide and high.
/// </param>
internal sealed record PoolerConfig(int Resolution, int SamplingRatio, bool IsAligned = true);

/// <summary>The mask branch.</summary>
/// <param name="Pooler">How regions are pooled; the mask has twice this resolution.</param>
/// <param name="NumConv">3x3 convolutions.</param>
/// <param name="ConvDim">Channels of the convolutions.</param>
/// <param name="ClassAgnostic">One mask per region instead of one per class.</param>
/// <param name="Norm">Normalisation of each 3x3 convolution, or null for none.</param>
internal sealed record MaskHeadConfig(
    PoolerConfig Pooler, int NumConv, int ConvDim, bool ClassAgnostic, NormKind? Norm = null);

/// <summary>What happens to a picture before the network sees it.</summary>
/// <param name="MinSize">The short edge after resizing, in pixels; 0 leaves pictures as they are.</param>
/// <param name="MaxSize">The long edge's limit, in pixels.</param>
/// <param name="IsRgb">The network wants R, G, B instead of B, G, R.</param>
/// <param name="PixelMean">Subtracted from each channel, in the network's channel order.</param>
/// <param name="PixelStd">Divides each channel, in the network's channel order.</param>
internal sealed record InputConfig(
    int MinSize, int MaxSize, bool IsRgb, IReadOnlyList<double> PixelMean, IReadOnlyList<double> PixelStd);
