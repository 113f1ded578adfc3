using Streaming.Config.Detectron;
using Streaming.Config.Zoo;

namespace Streaming.Config.Tests;

public sealed class ModelConfigReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string> ZooNames => [.. ModelZoo.Models.Select(model => model.Name)];

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void Read_ShortConfigAndItsFullDump_AreTheSameModel()
    {
        var brief = ModelConfigReader.Read(Golden.File("tiny.yaml"));
        var full = ModelConfigReader.Read(Golden.File("tiny_full_config.yaml"));
        var none = new Dictionary<string, object?>();
        Assert.Equivalent(brief with { Name = "", Training = none }, full with { Name = "", Training = none }, strict: true);
        var other = brief.Training.Where(item => !Equivalent(item.Value, full.Training[item.Key])).Select(item => item.Key);
        // The dump was made for a CPU; nothing else may differ from detectron2's own defaults.
        Assert.Equal(["MODEL.DEVICE"], other);
    }

    [Theory]
    [MemberData(nameof(ZooNames))]
    public void Read_ShippedConfig_IsTheZoosModel(string name)
    {
        var config = ModelConfigReader.Read(name);
        Assert.Equal(name.Contains("R_101", StringComparison.Ordinal) ? 101 : 50, config.ResNet.Depth);
        Assert.Equal(name.StartsWith("mask", StringComparison.Ordinal), config.MaskHead is not null);
        Assert.Equal(["p2", "p3", "p4", "p5", "p6"], config.Rpn.InFeatures);
        Assert.Equal((1000, 1000, 0.7), (config.Rpn.PreNmsTopK, config.Rpn.PostNmsTopK, config.Rpn.NmsThreshold));
        Assert.Equal((800, 1333, false), (config.Input.MinSize, config.Input.MaxSize, config.Input.IsRgb));
        var heads = config.RoiHeads;
        Assert.Equal((80, 100), (heads.NumClasses, heads.DetectionsPerImage));
        Assert.Equal((0.05, 0.5), (heads.ScoreThreshold, heads.NmsThreshold));
        Assert.Equal(new ResNetConfig(config.ResNet.Depth, NormKind.FrozenBN, 1, 64, 64, 256, true, 2), config.ResNet);
        Assert.Equal([[32], [64], [128], [256], [512]], config.Anchors.Sizes);
        Assert.Equal(0, config.Anchors.Offset);
        var steps = name.EndsWith("3x", StringComparison.Ordinal) ? new object[] { 210000L, 250000L } : [60000L, 80000L];
        Assert.Equal(steps, config.Training["SOLVER.STEPS"]);
        Assert.Equal(config.Name, ModelConfigReader.Read($"{ModelZoo.Find(name)!.Folder}/{name}.yaml").Name);
    }

    [Fact]
    public void Read_BaseChain_MergesBaseFirst()
    {
        _folder.File("bases/a.yaml", "_BASE_: b.yaml\nMODEL: {FPN: {OUT_CHANNELS: 64}, ROI_HEADS: {NUM_CLASSES: 3}}");
        File.Copy(Golden.File("tiny.yaml"), _folder.File("bases/b.yaml"));
        var top = _folder.File("top.yaml", "_BASE_: bases/a.yaml\nMODEL: {ROI_HEADS: {NUM_CLASSES: 4}}");
        var config = ModelConfigReader.Read(top);
        Assert.Equal((64, 4, 16), (config.Fpn.OutChannels, config.RoiHeads.NumClasses, config.ResNet.StemOutChannels));
    }

    [Fact]
    public void Read_BaseCircle_IsRefused()
    {
        _folder.File("a.yaml", "_BASE_: b.yaml");
        var b = _folder.File("b.yaml", "_BASE_: a.yaml");
        Assert.Contains("runs in a circle", Assert.Single(Errors(b)), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FiveErrors_ReportsAllFiveWithPlaceValueAndWhatIsAllowed()
    {
        var path = _folder.File("bad.yaml", """
            MODEL:
              BACKBONE: {NAME: "build_resnet_fpn_backbone"}
              FPN: {IN_FEATURES: ["res2", "res3", "res4", "res5"]}
              RESNETS: {DEPTH: 49, OUT_FEATURES: ["res2", "res3", "res4", "res5"]}
              RPN: {IN_FEATURES: ["p2", "p3", "p4", "p5", "p6"]}
              ROI_HEADS:
                NAME: "StandardRoiHeads"
                IN_FEATURES: ["p2", "p3", "p4", "p5"]
                SCORE_TRESH_TEST: 0.5
                NUM_CLASSES: many
              ROI_BOX_HEAD: {NAME: "FastRCNNConvFCHead", NUM_FC: 2}
            TEST: {DETECTIONS_PER_IMAGE: -5}
            """);
        Assert.Equal(
            [
                $"{path}:10: MODEL.ROI_HEADS.NUM_CLASSES: 'many' is not a whole number, as the default 80 is.",
                $"{path}:12: TEST.DETECTIONS_PER_IMAGE: -5 is not supported; supported: -1 to 100000.",
                $"{path}:4: MODEL.RESNETS.DEPTH: 49 is not supported; supported: 50, 18, 34, 101, 152.",
                $"{path}:7: MODEL.ROI_HEADS.NAME: 'StandardRoiHeads' is not supported; supported: StandardROIHeads.",
                $"{path}:9: MODEL.ROI_HEADS.SCORE_TRESH_TEST: unknown key. Did you mean 'MODEL.ROI_HEADS.SCORE_THRESH_TEST'?",
            ],
            Errors(path).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("MODEL.META_ARCHITECTURE=MyRCNN", "supported: GeneralizedRCNN")]
    [InlineData("MODEL.RESNETS.DEFORM_ON_PER_STAGE=[0, 0, 0, 0]", "supported: false for every stage")]
    [InlineData("MODEL.RESNETS.NORM=LN", "supported: FrozenBN, BN, SyncBN")]
    [InlineData("MODEL.RESNETS.NORM=", "supported: FrozenBN, BN, SyncBN")]
    [InlineData("MODEL.FPN.NORM=LN", "supported: FrozenBN, BN, SyncBN")]
    [InlineData("MODEL.ROI_BOX_HEAD.POOLER_TYPE=ROIPool", "supported: ROIAlignV2, ROIAlign")]
    [InlineData("MODEL.RPN.CONV_DIMS=[256, 0]", "a list of numbers of channels, each 1 to 4096, or -1")]
    [InlineData("MODEL.RPN.CONV_DIMS=[]", "a list of numbers of channels, each 1 to 4096, or -1")]
    [InlineData("MODEL.FPN.IN_FEATURES=['res2', 'res4']", "consecutive stages")]
    [InlineData("MODEL.RPN.BBOX_REG_WEIGHTS=(1.0, 1.0)", "a list of 4 numbers")]
    [InlineData("MODEL.ANCHOR_GENERATOR.SIZES=[[32], [64]]", "1 list or 5")]
    [InlineData("MODEL.RPN.NMS_THRESH=1.5", "supported: 0 to 1")]
    [InlineData("NOTHING", "write KEY=VALUE")]
    public void Read_WhatCannotBeExpressed_IsRefusedByName(string setting, string expected)
    {
        var error = Assert.Single(Errors("mask_rcnn_R_50_FPN_3x", setting));
        Assert.Contains(setting.Split('=')[0], error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SyncBN", nameof(NormKind.BN))]
    [InlineData("nnSyncBN", nameof(NormKind.BN))]
    [InlineData("naiveSyncBN", nameof(NormKind.BN))]
    [InlineData("BN", nameof(NormKind.BN))]
    [InlineData("FrozenBN", nameof(NormKind.FrozenBN))]
    public void Read_NormsOfEachPart_AreWhatTheyAreWhileDetecting(string name, string kind)
    {
        var norm = Enum.Parse<NormKind>(kind);
        string[] keys = ["MODEL.RESNETS.NORM", "MODEL.FPN.NORM", "MODEL.ROI_BOX_HEAD.NORM", "MODEL.ROI_MASK_HEAD.NORM"];
        var config = ModelConfigReader.Read("mask_rcnn_R_50_FPN_3x", keys.Select(key => $"{key}={name}"));
        Assert.Equal((norm, norm), (config.ResNet.Norm, config.Fpn.Norm!.Value));
        Assert.Equal((norm, norm), (config.RoiHeads.Norm!.Value, config.MaskHead!.Norm!.Value));
        config = ModelConfigReader.Read("mask_rcnn_R_50_FPN_3x");
        Assert.Equal((null, null, null), (config.Fpn.Norm, config.RoiHeads.Norm, config.MaskHead!.Norm));
    }

    [Fact]
    public void Read_PoolersAndRpnConvolutions_AreTakenAsWritten()
    {
        var config = ModelConfigReader.Read(
            "mask_rcnn_R_50_FPN_3x", ["MODEL.ROI_MASK_HEAD.POOLER_TYPE=ROIAlign", "MODEL.RPN.CONV_DIMS=[-1, 64, -1]"]);
        Assert.Equal((true, false), (config.RoiHeads.Pooler.IsAligned, config.MaskHead!.Pooler.IsAligned));
        Assert.Equal([256, 64, 64], config.Rpn.ConvDims!);
    }

    [Fact]
    public void Read_TestTimeAugmentation_IsLeftOutWithANote()
    {
        var path = _folder.File("aug.yaml", $"_BASE_: {Golden.File("tiny.yaml")}\nTEST:\n  AUG: {{ENABLED: True}}");
        var note = Assert.Single(ModelConfigReader.Read(path).Notes);
        Assert.Equal(
            $"{path}:3: TEST.AUG.ENABLED: test-time augmentation is left out, as in detectron2's DefaultPredictor.", note);
        Assert.Empty(ModelConfigReader.Read(Golden.File("tiny.yaml")).Notes);
    }

    [Fact]
    public void Read_OverridesAsPythonLiterals_AreUnderstood()
    {
        var config = ModelConfigReader.Read(
            "mask_rcnn_R_50_FPN_3x",
            [
                "INPUT.MIN_SIZE_TEST=480",
                "MODEL.RPN.BBOX_REG_WEIGHTS=(1, 1, 2.0, 2e0)",
                "MODEL.MASK_ON=False",
                "INPUT.FORMAT=RGB",
                "SOLVER.BASE_LR=1e-4",
                "DATASETS.TRAIN=('a',)",
            ]);
        Assert.Equal([1, 1, 2, 2], config.Rpn.BoxWeights);
        Assert.Equal((480, true, true), (config.Input.MinSize, config.MaskHead is null, config.Input.IsRgb));
        Assert.Equal(1e-4, config.Training["SOLVER.BASE_LR"]);
        Assert.Equal(new object[] { "a" }, config.Training["DATASETS.TRAIN"]);
    }

    [Theory]
    [InlineData("no.yaml", "there is no such configuration file")]
    [InlineData("mask_rcnn_R_50_FPN_4x", "Did you mean 'mask_rcnn_R_50_FPN_3x'?")]
    public void Read_MissingFile_SaysSo(string name, string expected)
    {
        Assert.Contains(expected, Assert.Single(Errors(name)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MODEL: [", "not valid YAML")]
    [InlineData("just text", "is a mapping of keys")]
    [InlineData("MODEL: 3", "stands where a group of keys is expected")]
    [InlineData("SEED: 1\nSEED: 2", "stands there twice")]
    [InlineData("SEED: !!python/object/apply:os.system ['true']", ":1: SEED: the YAML tag '!!python/object/apply:os.system' is")]
    [InlineData("MODEL: {RPN: !!python/object:a.B {X: 1}}", "MODEL.RPN: the YAML tag '!!python/object:a.B' is not supported")]
    [InlineData("SOLVER: {STEPS: [1, !mine 2]}", "SOLVER.STEPS: the YAML tag '!mine' is not supported; only plain values are")]
    [InlineData("A: 1\n---\nB: 2", "a second document")]
    public void Read_BadYaml_SaysWhatIsWrong(string text, string expected)
    {
        Assert.Contains(Errors(_folder.File("bad.yaml", text)), error => error.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_AliasBomb_IsRefusedQuickly()
    {
        var lines = Enumerable.Range(1, 30).Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]");
        var path = _folder.File("bomb.yaml", $"a0: &a0 [x]\n{string.Join('\n', lines)}");
        Assert.Contains("aliases count as what they stand for", Assert.Single(Errors(path)), StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Errors(string path, params string[] overrides)
    {
        return Assert.Throws<ConfigurationException>(() => ModelConfigReader.Read(path, overrides)).Errors;
    }

    private static bool Equivalent(object? a, object? b)
    {
        return (a, b) switch
        {
            (object?[] x, object?[] y) => x.Length == y.Length && x.Zip(y).All(pair => Equivalent(pair.First, pair.Second)),
            _ => Equals(a, b),
        };
    }
}
