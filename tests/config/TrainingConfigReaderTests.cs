using Streaming.Config.Detectron;

namespace Streaming.Config.Tests;

/// <summary>The keys of training: read as detectron2 means them, or refused by name.</summary>
public sealed class TrainingConfigReaderTests
{
    [Fact]
    public void Read_ShippedConfiguration_HasDetectronsSchedule()
    {
        var config = TrainingConfigReader.Read("mask_rcnn_R_50_FPN_3x");
        var solver = config.Solver;
        Assert.Equal((16, 0.02, 270_000), (solver.ImagesPerBatch, solver.LearningRate, solver.MaxIterations));
        Assert.Equal([210_000, 250_000], config.Solver.Steps);
        Assert.Equal([640, 672, 704, 736, 768, 800], config.Augmentation.MinSizes);
        Assert.Equal((1000, 2000), (config.Rpn.PostNmsTopK, config.Rpn.PreNmsTopK));
        var (rpn, roi) = (config.Rpn.Matching, config.RoiHeads.Matching);
        Assert.Equal((256, 0.5), (rpn.BatchSizePerImage, rpn.PositiveFraction));
        Assert.Equal((512, 0.25), (roi.BatchSizePerImage, roi.PositiveFraction));
        Assert.Equal([0, -1, 1], config.Rpn.Matching.Labels);
        var augmentation = config.Augmentation;
        Assert.Equal(
            (FlipKind.Horizontal, CropKind.None, false), (augmentation.Flip, augmentation.Crop, augmentation.UsesBitmaps));
        Assert.Null(config.Solver.WeightDecayBias);
        Assert.Equal(2, config.Model.ResNet.FreezeAt);
    }

    [Theory]
    [InlineData("MODEL.RPN.BBOX_REG_LOSS_TYPE=giou", "supported: smooth_l1")]
    [InlineData("MODEL.ROI_BOX_HEAD.BBOX_REG_LOSS_TYPE=diou", "supported: smooth_l1")]
    [InlineData("MODEL.ROI_BOX_HEAD.TRAIN_ON_PRED_BOXES=True", "supported: false")]
    [InlineData("MODEL.ROI_BOX_HEAD.USE_FED_LOSS=True", "supported: false")]
    [InlineData("DATALOADER.SAMPLER_TRAIN=RepeatFactorTrainingSampler", "supported: TrainingSampler")]
    [InlineData("SOLVER.LR_SCHEDULER_NAME=WarmupStepWithFixedGammaLR", "supported: WarmupMultiStepLR, WarmupCosineLR")]
    [InlineData("SOLVER.REFERENCE_WORLD_SIZE=8", "supported: 0")]
    [InlineData("SOLVER.RESCALE_INTERVAL=True", "supported: false")]
    [InlineData("SOLVER.WARMUP_METHOD=burnin", "supported: linear, constant")]
    [InlineData("SOLVER.CLIP_GRADIENTS.CLIP_TYPE=full_model", "supported: value, norm")]
    [InlineData("INPUT.RANDOM_FLIP=diagonal", "supported: horizontal, vertical, none")]
    [InlineData("INPUT.MIN_SIZE_TRAIN_SAMPLING=range", "two sizes from 1 to 32768")]
    [InlineData("INPUT.MASK_FORMAT=points", "supported: polygon, bitmask")]
    [InlineData("TEST.PRECISE_BN.ENABLED=True", "supported: false")]
    [InlineData("MODEL.RPN.IOU_LABELS=[0,1]", "one more of them than IOU_THRESHOLDS")]
    public void Read_WhatCannotBeHonoured_IsRefusedByName(string setting, string expected)
    {
        var exception = Assert.Throws<ConfigurationException>(
            () => TrainingConfigReader.Read("mask_rcnn_R_50_FPN_3x", [setting]));
        Assert.Contains(setting.Split('=')[0], exception.Message, StringComparison.Ordinal);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);

        // To find objects these keys do not matter.
        ModelConfigReader.Read("mask_rcnn_R_50_FPN_3x", [setting]);
    }

    [Fact]
    public void Read_Crop_ChecksItsSize()
    {
        var config = TrainingConfigReader.Read(
            "mask_rcnn_R_50_FPN_3x", ["INPUT.CROP.ENABLED=True", "INPUT.CROP.TYPE=absolute", "INPUT.CROP.SIZE=[300,400]"]);
        Assert.Equal((CropKind.Absolute, 300.0), (config.Augmentation.Crop, config.Augmentation.CropSize[0]));
        var exception = Assert.Throws<ConfigurationException>(() => TrainingConfigReader.Read(
            "mask_rcnn_R_50_FPN_3x", ["INPUT.CROP.ENABLED=True", "INPUT.CROP.SIZE=[1.5,0.9]"]));
        Assert.Contains("INPUT.CROP.SIZE", exception.Message, StringComparison.Ordinal);
    }
}
