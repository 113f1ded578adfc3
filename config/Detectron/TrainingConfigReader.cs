using Streaming.Config.Yaml;

namespace Streaming.Config.Detectron;

/// <summary>Reads the keys of training. What cannot be honoured is refused by name.</summary>
internal static class TrainingConfigReader
{
    /// <summary>Reads and validates a configuration for training.</summary>
    /// <param name="pathOrName">A YAML file, or the name of a shipped configuration.</param>
    /// <param name="overrides">"KEY=VALUE" pairs that win over the file.</param>
    /// <exception cref="ConfigurationException">Every error that was found.</exception>
    public static TrainingConfig Read(string pathOrName, IEnumerable<string>? overrides = null)
    {
        var tree = ModelConfigReader.ReadTree(pathOrName, overrides);
        var model = ModelConfigReader.Build(tree, Path.GetFileNameWithoutExtension(pathOrName));
        var keys = new KeyReader(tree);
        RefuseOthers(keys);
        var config = new TrainingConfig
        {
            Model = model,
            Rpn = ReadRpn(keys),
            RoiHeads = ReadRoiHeads(keys),
            Solver = ReadSolver(keys),
            Augmentation = ReadAugmentation(keys),
            Loader = new LoaderConfig(
                keys.Int("DATALOADER.NUM_WORKERS", 0, 256),
                keys.Bool("DATALOADER.ASPECT_RATIO_GROUPING"),
                keys.Bool("DATALOADER.FILTER_EMPTY_ANNOTATIONS")),
            EvalPeriod = keys.Int("TEST.EVAL_PERIOD", 0),
            Seed = keys.Int("SEED", -1),
        };
        return tree.Errors.Count == 0 ? config : throw new ConfigurationException(tree.Errors);
    }

    private static void RefuseOthers(KeyReader keys)
    {
        keys.OneOf("MODEL.RPN.BBOX_REG_LOSS_TYPE", "smooth_l1");
        keys.OneOf("MODEL.ROI_BOX_HEAD.BBOX_REG_LOSS_TYPE", "smooth_l1");
        keys.MustBe("MODEL.ROI_BOX_HEAD.TRAIN_ON_PRED_BOXES", false);
        keys.MustBe("MODEL.ROI_BOX_HEAD.USE_FED_LOSS", false);
        keys.OneOf("DATALOADER.SAMPLER_TRAIN", "TrainingSampler");
        keys.OneOf("SOLVER.REFERENCE_WORLD_SIZE", 0);
        keys.MustBe("SOLVER.RESCALE_INTERVAL", false);
        keys.MustBe("TEST.PRECISE_BN.ENABLED", false);
    }

    private static MatchingConfig ReadMatching(KeyReader keys, string group)
    {
        var thresholds = keys.NumberList($"{group}.IOU_THRESHOLDS", 1);
        var labels = keys.NumberList($"{group}.IOU_LABELS", 2);
        if (!thresholds.Order().SequenceEqual(thresholds) || thresholds[0] <= 0)
        {
            keys.Error($"{group}.IOU_THRESHOLDS", "supported: ascending numbers above 0");
        }

        if (labels.Count != thresholds.Count + 1 || labels.Any(label => label is not (-1 or 0 or 1)))
        {
            keys.Error($"{group}.IOU_LABELS", "supported: -1, 0 or 1, one more of them than IOU_THRESHOLDS");
        }

        return new MatchingConfig(
            thresholds,
            [.. labels.Select(label => (int)label)],
            keys.Int($"{group}.BATCH_SIZE_PER_IMAGE", 1, 1_000_000),
            keys.Number($"{group}.POSITIVE_FRACTION", 0, 1));
    }

    private static RpnTrainingConfig ReadRpn(KeyReader keys)
    {
        var weight = keys.Number("MODEL.RPN.LOSS_WEIGHT", 0, 1e6);
        return new RpnTrainingConfig(
            ReadMatching(keys, "MODEL.RPN"),
            keys.Int("MODEL.RPN.BOUNDARY_THRESH", -1, 100_000),
            keys.Number("MODEL.RPN.SMOOTH_L1_BETA", 0, 1e6),
            weight,
            weight * keys.Number("MODEL.RPN.BBOX_REG_LOSS_WEIGHT", 0, 1e6),
            keys.Int("MODEL.RPN.PRE_NMS_TOPK_TRAIN", 1, 1_000_000),
            keys.Int("MODEL.RPN.POST_NMS_TOPK_TRAIN", 1, 100_000));
    }

    private static RoiTrainingConfig ReadRoiHeads(KeyReader keys)
    {
        return new RoiTrainingConfig(
            ReadMatching(keys, "MODEL.ROI_HEADS"),
            keys.Bool("MODEL.ROI_HEADS.PROPOSAL_APPEND_GT"),
            keys.Number("MODEL.ROI_BOX_HEAD.SMOOTH_L1_BETA", 0, 1e6),
            keys.Number("MODEL.ROI_BOX_HEAD.BBOX_REG_LOSS_WEIGHT", 0, 1e6));
    }

    private static SolverConfig ReadSolver(KeyReader keys)
    {
        var schedule = keys.OneOf("SOLVER.LR_SCHEDULER_NAME", "WarmupMultiStepLR", "WarmupCosineLR");
        var clip = keys.OneOf("SOLVER.CLIP_GRADIENTS.CLIP_TYPE", "value", "norm");
        return new SolverConfig
        {
            Schedule = schedule == "WarmupCosineLR" ? LearningRateKind.Cosine : LearningRateKind.MultiStep,
            MaxIterations = keys.Int("SOLVER.MAX_ITER", 1),
            LearningRate = keys.Number("SOLVER.BASE_LR", 0, 1e3),
            LearningRateEnd = keys.Number("SOLVER.BASE_LR_END", 0, 1e3),
            Steps = [.. keys.NumberList("SOLVER.STEPS", 0).Select(step => (int)step).Order()],
            Gamma = keys.Number("SOLVER.GAMMA", 0, 1),
            WarmupFactor = keys.Number("SOLVER.WARMUP_FACTOR", 0, 1),
            WarmupIterations = keys.Int("SOLVER.WARMUP_ITERS", 0),
            IsWarmupLinear = keys.OneOf("SOLVER.WARMUP_METHOD", "linear", "constant") == "linear",
            Momentum = keys.Number("SOLVER.MOMENTUM", 0, 0.9999),
            IsNesterov = keys.Bool("SOLVER.NESTEROV"),
            WeightDecay = keys.Number("SOLVER.WEIGHT_DECAY", 0, 1e3),
            WeightDecayNorm = keys.Number("SOLVER.WEIGHT_DECAY_NORM", 0, 1e3),
            WeightDecayBias = keys.Node("SOLVER.WEIGHT_DECAY_BIAS") is ConfigScalar { Value: null }
                ? null
                : keys.Number("SOLVER.WEIGHT_DECAY_BIAS", 0, 1e3),
            BiasFactor = keys.Number("SOLVER.BIAS_LR_FACTOR", 0, 1e3),
            ImagesPerBatch = keys.Int("SOLVER.IMS_PER_BATCH", 1, 4096),
            CheckpointPeriod = keys.Int("SOLVER.CHECKPOINT_PERIOD", 1),
            Clip = !keys.Bool("SOLVER.CLIP_GRADIENTS.ENABLED") ? ClipKind.None : clip == "value" ? ClipKind.Value : ClipKind.Norm,
            ClipAt = keys.Number("SOLVER.CLIP_GRADIENTS.CLIP_VALUE", 0, 1e9),
            ClipNorm = keys.Number("SOLVER.CLIP_GRADIENTS.NORM_TYPE", 1, 1e9),
            IsMixedPrecision = keys.Bool("SOLVER.AMP.ENABLED"),
        };
    }

    private static AugmentationConfig ReadAugmentation(KeyReader keys)
    {
        var isRange = keys.OneOf("INPUT.MIN_SIZE_TRAIN_SAMPLING", "choice", "range") == "range";
        var sizes = keys.NumberList("INPUT.MIN_SIZE_TRAIN", 1);
        if (sizes.Any(size => size is < 1 or > 32_768) || (isRange && sizes.Count != 2))
        {
            keys.Error("INPUT.MIN_SIZE_TRAIN", isRange
                ? "supported with INPUT.MIN_SIZE_TRAIN_SAMPLING range: two sizes from 1 to 32768"
                : "supported: sizes from 1 to 32768");
        }

        var crop = !keys.Bool("INPUT.CROP.ENABLED") ? CropKind.None
            : keys.OneOf("INPUT.CROP.TYPE", "relative_range", "relative", "absolute", "absolute_range") switch
            {
                "relative" => CropKind.Relative,
                "absolute" => CropKind.Absolute,
                "absolute_range" => CropKind.AbsoluteRange,
                _ => CropKind.RelativeRange,
            };
        var cropSize = keys.Numbers("INPUT.CROP.SIZE", 2);
        var isShare = crop is CropKind.Relative or CropKind.RelativeRange;
        if (cropSize.Any(size => size <= 0) || (isShare && cropSize.Any(size => size > 1))
            || (crop == CropKind.AbsoluteRange && cropSize[0] > cropSize[1]))
        {
            keys.Error("INPUT.CROP.SIZE", "supported: two numbers above 0; shares are at most 1, a range ascends");
        }

        return new AugmentationConfig(
            [.. sizes.Select(size => (int)size)],
            isRange,
            keys.Int("INPUT.MAX_SIZE_TRAIN", 1, 32_768),
            keys.OneOf("INPUT.RANDOM_FLIP", "horizontal", "vertical", "none") switch
            {
                "horizontal" => FlipKind.Horizontal,
                "vertical" => FlipKind.Vertical,
                _ => FlipKind.None,
            },
            crop,
            cropSize,
            keys.OneOf("INPUT.MASK_FORMAT", "polygon", "bitmask") == "bitmask");
    }
}
