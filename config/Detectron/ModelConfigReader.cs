using Streaming.Config.Yaml;

namespace Streaming.Config.Detectron;

/// <summary>Reads a detectron2 configuration as it is and turns it into a <see cref="ModelConfig"/>.</summary>
internal static class ModelConfigReader
{
    private static readonly string[] Stages = ["res2", "res3", "res4", "res5"];

    /// <summary>The groups whose keys a model's configuration keeps for training and evaluation.</summary>
    private static readonly string[] TrainingGroups = ["SOLVER.", "DATALOADER.", "DATASETS.", "INPUT.", "TEST.", "MODEL."];

    /// <summary>Reads and validates a configuration.</summary>
    /// <param name="pathOrName">A YAML file, or the name of a shipped configuration such as "mask_rcnn_R_50_FPN_3x".</param>
    /// <param name="overrides">"KEY=VALUE" pairs that win over the file, as detectron2's command line has them.</param>
    /// <exception cref="ConfigurationException">
    /// Every error that was found: unreadable file, unknown key, value out of range or unsupported; or one that says that the
    /// file is of another architecture.
    /// </exception>
    public static ModelConfig Read(string pathOrName, IEnumerable<string>? overrides = null)
    {
        var tree = ReadTree(pathOrName, overrides);
        var config = Build(tree, Path.GetFileNameWithoutExtension(pathOrName));
        return tree.Errors.Count == 0 ? config : throw new ConfigurationException(tree.Errors);
    }

    /// <summary>All keys with the values of the file and the overrides; errors of text and type are in it.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read, or is of another architecture.</exception>
    internal static ConfigTree ReadTree(string pathOrName, IEnumerable<string>? overrides)
    {
        var tree = ConfigTree.Defaults();
        foreach (var layer in ConfigFile.ReadChain(pathOrName))
        {
            tree.Merge(layer);
        }

        foreach (var pair in overrides ?? [])
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                tree.Errors.Add($"set {pair}: write KEY=VALUE, for example MODEL.ROI_HEADS.SCORE_THRESH_TEST=0.5.");
                continue;
            }

            tree.Set(pair[..equals].Trim(), pair[(equals + 1)..].Trim(), $"set {pair}");
        }

        return OtherArchitectures.Refusal(tree) is { } refusal ? throw new ConfigurationException(refusal) : tree;
    }

    /// <summary>The network that the keys describe; errors are added to the tree's.</summary>
    internal static ModelConfig Build(ConfigTree tree, string name)
    {
        var keys = new KeyReader(tree);
        RefuseOtherArchitectures(keys);
        NoteWhatIsLeftOut(keys);
        var fpn = ReadFpn(keys);
        string[] levels = [.. fpn.InFeatures.Select(stage => $"p{stage[3..]}"), $"p{LastStage(fpn) + 1}"];
        var rpn = ReadRpn(keys, levels, fpn.OutChannels);
        return new ModelConfig
        {
            Name = name,
            ResNet = ReadResNet(keys, fpn),
            Fpn = fpn,
            Anchors = ReadAnchors(keys, rpn.InFeatures.Count),
            Rpn = rpn,
            RoiHeads = ReadRoiHeads(keys, levels),
            MaskHead = keys.Bool("MODEL.MASK_ON") ? ReadMaskHead(keys) : null,
            Input = ReadInput(keys),
            Weights = keys.Text("MODEL.WEIGHTS"),
            Notes = tree.Notes,
            Training = tree.Leaves
                .Where(leaf => !keys.Read.Contains(leaf.Key))
                .Where(leaf => TrainingGroups.Any(group => leaf.Key.StartsWith(group, StringComparison.Ordinal)))
                .ToDictionary(leaf => leaf.Key, leaf => Plain(leaf.Value.Value)),
        };
    }

    /// <summary>What this network cannot express is refused by name, never ignored.</summary>
    private static void RefuseOtherArchitectures(KeyReader keys)
    {
        keys.OneOf("VERSION", 2);
        keys.OneOf("MODEL.META_ARCHITECTURE", "GeneralizedRCNN");
        keys.OneOf("MODEL.BACKBONE.NAME", "build_resnet_fpn_backbone");
        keys.OneOf("MODEL.PROPOSAL_GENERATOR.NAME", "RPN");
        keys.OneOf("MODEL.RPN.HEAD_NAME", "StandardRPNHead");
        keys.OneOf("MODEL.ANCHOR_GENERATOR.NAME", "DefaultAnchorGenerator");
        keys.OneOf("MODEL.ROI_HEADS.NAME", "StandardROIHeads");
        keys.OneOf("MODEL.ROI_BOX_HEAD.NAME", "FastRCNNConvFCHead");
        keys.MustBe("MODEL.KEYPOINT_ON", false);
        keys.MustBe("MODEL.LOAD_PROPOSALS", false);
        keys.MustBe("MODEL.ROI_BOX_HEAD.USE_SIGMOID_CE", false);
        keys.OneOf("MODEL.RESNETS.RES5_DILATION", 1);
        if (keys.Node("MODEL.RESNETS.DEFORM_ON_PER_STAGE") is not ConfigList deform
            || deform.Items.Any(item => item is not ConfigScalar { Value: false }))
        {
            keys.Error("MODEL.RESNETS.DEFORM_ON_PER_STAGE", "supported: false for every stage");
        }
    }

    /// <summary>What detectron2's DefaultPredictor does not do either is told, not refused.</summary>
    private static void NoteWhatIsLeftOut(KeyReader keys)
    {
        if (keys.Bool("TEST.AUG.ENABLED"))
        {
            keys.Note("TEST.AUG.ENABLED", "test-time augmentation is left out, as in detectron2's DefaultPredictor");
        }
    }

    private static ResNetConfig ReadResNet(KeyReader keys, FpnConfig fpn)
    {
        var outFeatures = keys.Names("MODEL.RESNETS.OUT_FEATURES");
        if (fpn.InFeatures.Except(outFeatures).FirstOrDefault() is { } missing)
        {
            keys.Error("MODEL.RESNETS.OUT_FEATURES", $"'{missing}' is missing, which MODEL.FPN.IN_FEATURES wants");
        }

        var config = new ResNetConfig(
            keys.OneOf("MODEL.RESNETS.DEPTH", 50, 18, 34, 101, 152),
            keys.RequiredNorm("MODEL.RESNETS.NORM"),
            keys.Int("MODEL.RESNETS.NUM_GROUPS", 1, 4096),
            keys.Int("MODEL.RESNETS.WIDTH_PER_GROUP", 1, 4096),
            keys.Int("MODEL.RESNETS.STEM_OUT_CHANNELS", 1, 4096),
            keys.Int("MODEL.RESNETS.RES2_OUT_CHANNELS", 1, 4096),
            keys.Bool("MODEL.RESNETS.STRIDE_IN_1X1"),
            keys.Int("MODEL.BACKBONE.FREEZE_AT", 0, 5));
        if (config.Depth < 50 && config.NumGroups != 1)
        {
            keys.Error("MODEL.RESNETS.NUM_GROUPS", $"supported with DEPTH {config.Depth}: 1");
        }

        return config;
    }

    private static FpnConfig ReadFpn(KeyReader keys)
    {
        var inFeatures = keys.Names("MODEL.FPN.IN_FEATURES");
        var first = inFeatures.Count == 0 ? -1 : Array.IndexOf(Stages, inFeatures[0]);
        if (first < 0 || !Stages.Skip(first).Take(inFeatures.Count).SequenceEqual(inFeatures))
        {
            keys.Error("MODEL.FPN.IN_FEATURES", "supported: consecutive stages out of res2, res3, res4, res5");
            inFeatures = Stages;
        }

        return new FpnConfig(
            inFeatures,
            keys.Int("MODEL.FPN.OUT_CHANNELS", 1, 4096),
            keys.OneOf("MODEL.FPN.FUSE_TYPE", "sum", "avg") == "sum" ? FpnFuse.Sum : FpnFuse.Avg,
            keys.Norm("MODEL.FPN.NORM"));
    }

    private static int LastStage(FpnConfig fpn)
    {
        return fpn.InFeatures[^1][^1] - '0';
    }

    private static AnchorConfig ReadAnchors(KeyReader keys, int levels)
    {
        var sizes = PerLevel(keys, "MODEL.ANCHOR_GENERATOR.SIZES", levels);
        var ratios = PerLevel(keys, "MODEL.ANCHOR_GENERATOR.ASPECT_RATIOS", levels);
        if (sizes.Zip(ratios, (s, r) => s.Count * r.Count).Distinct().Count() > 1)
        {
            keys.Error("MODEL.ANCHOR_GENERATOR.SIZES", "every level needs the same number of anchors (sizes x aspect ratios)");
        }

        var offset = keys.Number("MODEL.ANCHOR_GENERATOR.OFFSET", 0, 1);
        if (offset >= 1)
        {
            keys.Error("MODEL.ANCHOR_GENERATOR.OFFSET", "supported: 0 up to but not including 1");
        }

        return new AnchorConfig(sizes, ratios, offset);
    }

    private static IReadOnlyList<IReadOnlyList<double>> PerLevel(KeyReader keys, string key, int levels)
    {
        var lists = keys.PositiveNumberLists(key);
        if (lists.Count == 1)
        {
            return [.. Enumerable.Repeat(lists[0], levels)];
        }

        if (lists.Count != levels)
        {
            keys.Error(key, $"supported: 1 list or {levels}, one for each of MODEL.RPN.IN_FEATURES");
            return [.. Enumerable.Repeat(lists[0], levels)];
        }

        return lists;
    }

    private static RpnConfig ReadRpn(KeyReader keys, string[] levels, int channels)
    {
        return new RpnConfig(
            Levels(keys, "MODEL.RPN.IN_FEATURES", levels),
            keys.Int("MODEL.RPN.PRE_NMS_TOPK_TEST", 1, 1_000_000),
            keys.Int("MODEL.RPN.POST_NMS_TOPK_TEST", 1, 100_000),
            keys.Number("MODEL.RPN.NMS_THRESH", 0, 1),
            keys.Int("MODEL.PROPOSAL_GENERATOR.MIN_SIZE", 0),
            keys.Numbers("MODEL.RPN.BBOX_REG_WEIGHTS", 4),
            keys.Channels("MODEL.RPN.CONV_DIMS", channels, 4096));
    }

    private static IReadOnlyList<string> Levels(KeyReader keys, string key, string[] levels)
    {
        var names = keys.Names(key);
        var first = names.Count == 0 ? -1 : Array.IndexOf(levels, names[0]);
        if (first < 0 || !levels.Skip(first).Take(names.Count).SequenceEqual(names))
        {
            keys.Error(key, $"supported: consecutive levels out of {string.Join(", ", levels)}");
            return levels;
        }

        return names;
    }

    private static RoiHeadsConfig ReadRoiHeads(KeyReader keys, string[] levels)
    {
        var numConv = keys.Int("MODEL.ROI_BOX_HEAD.NUM_CONV", 0, 16);
        var numFc = keys.Int("MODEL.ROI_BOX_HEAD.NUM_FC", 0, 16);
        if (numConv + numFc == 0)
        {
            keys.Error("MODEL.ROI_BOX_HEAD.NUM_FC", "a box head needs at least one layer: NUM_CONV + NUM_FC of 1 or more");
        }

        return new RoiHeadsConfig(
            keys.Int("MODEL.ROI_HEADS.NUM_CLASSES", 1, 100_000),
            Levels(keys, "MODEL.ROI_HEADS.IN_FEATURES", levels),
            keys.Number("MODEL.ROI_HEADS.SCORE_THRESH_TEST", 0, 1),
            keys.Number("MODEL.ROI_HEADS.NMS_THRESH_TEST", 0, 1),
            keys.Int("TEST.DETECTIONS_PER_IMAGE", -1, 100_000),
            ReadPooler(keys, "MODEL.ROI_BOX_HEAD"),
            numConv,
            keys.Int("MODEL.ROI_BOX_HEAD.CONV_DIM", 1, 8192),
            numFc,
            keys.Int("MODEL.ROI_BOX_HEAD.FC_DIM", 1, 65_536),
            keys.Numbers("MODEL.ROI_BOX_HEAD.BBOX_REG_WEIGHTS", 4),
            keys.Bool("MODEL.ROI_BOX_HEAD.CLS_AGNOSTIC_BBOX_REG"),
            keys.Norm("MODEL.ROI_BOX_HEAD.NORM"));
    }

    private static PoolerConfig ReadPooler(KeyReader keys, string group)
    {
        return new PoolerConfig(
            keys.Int($"{group}.POOLER_RESOLUTION", 1, 128),
            keys.Int($"{group}.POOLER_SAMPLING_RATIO", 0, 64),
            keys.OneOf($"{group}.POOLER_TYPE", "ROIAlignV2", "ROIAlign") == "ROIAlignV2");
    }

    private static MaskHeadConfig ReadMaskHead(KeyReader keys)
    {
        keys.OneOf("MODEL.ROI_MASK_HEAD.NAME", "MaskRCNNConvUpsampleHead");
        return new MaskHeadConfig(
            ReadPooler(keys, "MODEL.ROI_MASK_HEAD"),
            keys.Int("MODEL.ROI_MASK_HEAD.NUM_CONV", 0, 16),
            keys.Int("MODEL.ROI_MASK_HEAD.CONV_DIM", 1, 8192),
            keys.Bool("MODEL.ROI_MASK_HEAD.CLS_AGNOSTIC_MASK"),
            keys.Norm("MODEL.ROI_MASK_HEAD.NORM"));
    }

    private static InputConfig ReadInput(KeyReader keys)
    {
        var std = keys.Numbers("MODEL.PIXEL_STD", 3);
        if (std.Any(value => value == 0))
        {
            keys.Error("MODEL.PIXEL_STD", "supported: numbers other than 0");
        }

        return new InputConfig(
            keys.Int("INPUT.MIN_SIZE_TEST", 0, 32_768),
            keys.Int("INPUT.MAX_SIZE_TEST", 1, 32_768),
            keys.OneOf("INPUT.FORMAT", "BGR", "RGB") == "RGB",
            keys.Numbers("MODEL.PIXEL_MEAN", 3),
            std);
    }

    private static object? Plain(ConfigNode node)
    {
        return node switch
        {
            ConfigScalar scalar => scalar.Value,
            ConfigList list => list.Items.Select(Plain).ToArray(),
            _ => null,
        };
    }
}
