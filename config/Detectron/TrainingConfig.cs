namespace Streaming.Config.Detectron;

/// <summary>What a detectron2 configuration says about training. Everything in it has been validated.</summary>
internal sealed record TrainingConfig
{
    /// <summary>The network.</summary>
    public required ModelConfig Model { get; init; }

    /// <summary>How the region proposal network learns.</summary>
    public required RpnTrainingConfig Rpn { get; init; }

    /// <summary>How the heads learn.</summary>
    public required RoiTrainingConfig RoiHeads { get; init; }

    /// <summary>SOLVER.*.</summary>
    public required SolverConfig Solver { get; init; }

    /// <summary>INPUT.*_TRAIN, INPUT.RANDOM_FLIP, INPUT.CROP and INPUT.MASK_FORMAT.</summary>
    public required AugmentationConfig Augmentation { get; init; }

    /// <summary>DATALOADER.*.</summary>
    public required LoaderConfig Loader { get; init; }

    /// <summary>TEST.EVAL_PERIOD: iterations from one evaluation to the next; 0 evaluates at the end only.</summary>
    public required int EvalPeriod { get; init; }

    /// <summary>SEED: of initialisation, order, augmentation and sampling; negative takes a new one each time.</summary>
    public required long Seed { get; init; }
}

/// <summary>How proposals are matched with the truth.</summary>
/// <param name="Thresholds">Ascending IoU that part the labels.</param>
/// <param name="Labels">One more than thresholds: 1 object, 0 background, -1 ignored.</param>
/// <param name="BatchSizePerImage">How many of an image's anchors or proposals learn.</param>
/// <param name="PositiveFraction">Most of them that may be objects, 0 to 1.</param>
internal sealed record MatchingConfig(
    IReadOnlyList<double> Thresholds, IReadOnlyList<int> Labels, int BatchSizePerImage, double PositiveFraction);

/// <summary>How the region proposal network learns.</summary>
/// <param name="Matching">Of anchors.</param>
/// <param name="BoundaryThreshold">Anchors that reach out of the image by more pixels are ignored; negative ignores none.</param>
/// <param name="SmoothL1Beta">Where the box loss turns from quadratic to linear; 0 is plain L1.</param>
/// <param name="ClassWeight">Of the objectness loss.</param>
/// <param name="BoxWeight">Of the box loss.</param>
/// <param name="PreNmsTopK">Proposals that enter NMS, per level and image.</param>
/// <param name="PostNmsTopK">Proposals that are left, per image.</param>
internal sealed record RpnTrainingConfig(
    MatchingConfig Matching,
    double BoundaryThreshold,
    double SmoothL1Beta,
    double ClassWeight,
    double BoxWeight,
    int PreNmsTopK,
    int PostNmsTopK);

/// <summary>How the heads learn.</summary>
/// <param name="Matching">Of proposals.</param>
/// <param name="AppendsTruth">Whether the true boxes are among the proposals.</param>
/// <param name="SmoothL1Beta">Where the box loss turns from quadratic to linear; 0 is plain L1.</param>
/// <param name="BoxWeight">Of the box loss.</param>
internal sealed record RoiTrainingConfig(MatchingConfig Matching, bool AppendsTruth, double SmoothL1Beta, double BoxWeight);

/// <summary>How the learning rate goes.</summary>
internal enum LearningRateKind
{
    /// <summary>Falls at given iterations.</summary>
    MultiStep,

    /// <summary>Falls along half a cosine.</summary>
    Cosine,
}

/// <summary>What is clipped when gradients are.</summary>
internal enum ClipKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Each number.</summary>
    Value,

    /// <summary>The norm of each parameter's gradient.</summary>
    Norm,
}

/// <summary>Stochastic gradient descent.</summary>
internal sealed record SolverConfig
{
    /// <summary>The shape of the learning rate after the warm-up.</summary>
    public required LearningRateKind Schedule { get; init; }

    /// <summary>Iterations in all.</summary>
    public required int MaxIterations { get; init; }

    /// <summary>The learning rate after the warm-up.</summary>
    public required double LearningRate { get; init; }

    /// <summary>With <see cref="LearningRateKind.Cosine"/>: the last one.</summary>
    public required double LearningRateEnd { get; init; }

    /// <summary>Iterations at which the rate falls.</summary>
    public required IReadOnlyList<int> Steps { get; init; }

    /// <summary>What it is multiplied by there.</summary>
    public required double Gamma { get; init; }

    /// <summary>The warm-up's first share of the rate.</summary>
    public required double WarmupFactor { get; init; }

    /// <summary>The warm-up's length.</summary>
    public required int WarmupIterations { get; init; }

    /// <summary>Whether the share grows; otherwise it stays until the warm-up is over.</summary>
    public required bool IsWarmupLinear { get; init; }

    /// <summary>Share of the last step that the next one keeps, 0 to below 1.</summary>
    public required double Momentum { get; init; }

    /// <summary>Nesterov's form of momentum.</summary>
    public required bool IsNesterov { get; init; }

    /// <summary>Of weights.</summary>
    public required double WeightDecay { get; init; }

    /// <summary>Of the norms' parameters.</summary>
    public required double WeightDecayNorm { get; init; }

    /// <summary>Of biases; null is that of what they belong to.</summary>
    public required double? WeightDecayBias { get; init; }

    /// <summary>The learning rate of biases, relative to the others'.</summary>
    public required double BiasFactor { get; init; }

    /// <summary>Images of an iteration.</summary>
    public required int ImagesPerBatch { get; init; }

    /// <summary>Iterations from one checkpoint to the next.</summary>
    public required int CheckpointPeriod { get; init; }

    /// <summary>What is clipped.</summary>
    public required ClipKind Clip { get; init; }

    /// <summary>Where it is clipped.</summary>
    public required double ClipAt { get; init; }

    /// <summary>The p of the norm.</summary>
    public required double ClipNorm { get; init; }

    /// <summary>SOLVER.AMP: convolutions and matrix products in bfloat16.</summary>
    public required bool IsMixedPrecision { get; init; }
}

/// <summary>How a training image may be flipped.</summary>
internal enum FlipKind
{
    /// <summary>Never.</summary>
    None,

    /// <summary>Left to right, half of the time.</summary>
    Horizontal,

    /// <summary>Upside down, half of the time.</summary>
    Vertical,
}

/// <summary>How the size of a crop is meant.</summary>
internal enum CropKind
{
    /// <summary>No crop.</summary>
    None,

    /// <summary>A share of each side between the given one and 1.</summary>
    RelativeRange,

    /// <summary>A share of each side.</summary>
    Relative,

    /// <summary>Pixels, at most the image.</summary>
    Absolute,

    /// <summary>Pixels of each side between the first and the second number.</summary>
    AbsoluteRange,
}

/// <summary>What happens to a training image.</summary>
/// <param name="MinSizes">Short edges: one of them is chosen, or one between the two.</param>
/// <param name="IsRange">Whether the short edge lies between two numbers.</param>
/// <param name="MaxSize">The long edge's limit.</param>
/// <param name="Flip">How it may be flipped.</param>
/// <param name="Crop">How it is cropped before it is resized.</param>
/// <param name="CropSize">Height and width, see <see cref="CropKind"/>.</param>
/// <param name="UsesBitmaps">Masks as bitmaps (data sets with run lengths) instead of polygons.</param>
internal sealed record AugmentationConfig(
    IReadOnlyList<int> MinSizes,
    bool IsRange,
    int MaxSize,
    FlipKind Flip,
    CropKind Crop,
    IReadOnlyList<double> CropSize,
    bool UsesBitmaps);

/// <summary>How training images are read.</summary>
/// <param name="Workers">How many are prepared at the same time.</param>
/// <param name="GroupsByShape">Whether a batch has upright or lying images only.</param>
/// <param name="SkipsEmpty">Whether images without objects are left out.</param>
internal sealed record LoaderConfig(int Workers, bool GroupsByShape, bool SkipsEmpty);
