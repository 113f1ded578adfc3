using Streaming.Config.Detectron;
using Streaming.Config.Run;
using Streaming.Model.Masks;
using Streaming.Model.Ops;
using Streaming.Model.Structures;
using TorchSharp;

namespace Streaming.Model.Tests;

/// <summary>The detector's public face, with the reduced model.</summary>
public sealed class DetectorTests(DetectorTests.Tiny tiny) : IClassFixture<DetectorTests.Tiny>
{
    [Fact]
    public void Detect_ThousandFrames_LeavesNoTensorAndKeepsMemoryFlat()
    {
        var image = TestImages.Noise(new ImageSize(120, 160), seed: 1);
        RunFrames(image, 100);
        var (tensors, memory) = (Testing.NoLeakedTensorsAttribute.SettledCount(), MemoryWithoutGarbage());
        RunFrames(image, 900);
        Assert.Equal(tensors, torch.Tensor.TotalCount);

        // A leak of one feature map a frame (p2: 32 x 56 x 80 x 4 bytes) would be 500 MB.
        Assert.InRange(MemoryWithoutGarbage() - memory, long.MinValue, 50 << 20);

        // How much garbage there is depends on what earlier tests have left.
        static long MemoryWithoutGarbage()
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            return Environment.WorkingSet;
        }
    }

    [Fact]
    public void Detect_ImagesOfDifferentSizesInABatch_GiveEachItsOwnResult()
    {
        using var a = tiny.Detector.Preprocess(
            new ImageView(TestImages.Noise(new ImageSize(240, 320), 1), new ImageSize(240, 320)));
        using var b = tiny.Detector.Preprocess(
            new ImageView(TestImages.Noise(new ImageSize(320, 200), 2), new ImageSize(320, 200)));
        var results = tiny.Detector.Detect([a, b]);
        Assert.Equal([new ImageSize(240, 320), new ImageSize(320, 200)], results.Select(result => result.ImageSize));
        Assert.All(results, result =>
        {
            Assert.True(result.Count > 0);
            Assert.All(result.Boxes, box => Assert.Equal(box, box.ClipTo(result.ImageSize)));
            Assert.Equal(result.Scores.OrderDescending(), result.Scores);
            Assert.Equal(result.Count * 28 * 28, result.Masks.Length);
        });
    }

    [Fact]
    public void Detect_OnePicture_GivesWhatPreprocessingDetectingAndPastingGive()
    {
        var size = new ImageSize(240, 320);
        var pixels = TestImages.Noise(size, 1);
        using var image = tiny.Detector.Preprocess(new ImageView(pixels, size));
        var expected = new DetectionBuilder(tiny.Detector.Categories).Build(tiny.Detector.Detect([image])[0]);

        var detections = tiny.Detector.Detect(new ImageView(pixels, size));

        Assert.NotEmpty(detections);
        Assert.Equal(
            expected.Select(item => (item.Class, item.Category, item.Score, item.Box, $"{item.Mask}")),
            detections.Select(item => (item.Class, item.Category, item.Score, item.Box, $"{item.Mask}")));
    }

    [Fact]
    public void Preprocess_VeryNarrowImage_StillHasAPixel()
    {
        using var preprocessed = tiny.Detector.Preprocess(new ImageView(new byte[3 * 4000], new ImageSize(1, 4000)));
        Assert.Equal(new ImageSize(1, 400), preprocessed.Size);
        Assert.Single(tiny.Detector.Detect([preprocessed]));
    }

    [Fact]
    public void Detect_WithoutMaskBranch_GivesBoxesOnly()
    {
        var config = ModelConfigReader.Read(
            Testing.Golden.File("tiny.yaml"), ["MODEL.MASK_ON=False", "MODEL.ROI_BOX_HEAD.CLS_AGNOSTIC_BBOX_REG=True"]);
        using var detector = Detector.Load(
            config, WeightsSource.Parse("synthetic:tiny-1:tiny"), new DetectorOptions { Device = "cpu" });
        using var image = detector.Preprocess(
            new ImageView(TestImages.Noise(new ImageSize(240, 320), 1), new ImageSize(240, 320)));
        var result = Assert.Single(detector.Detect([image]));
        Assert.True(result.Count > 0);
        Assert.Equal(0, result.MaskSide);
        Assert.Empty(result.Masks);
    }

    [Theory]
    [InlineData(18, "FrozenBN")]
    [InlineData(34, "BN")]
    [InlineData(50, "BN")]
    [InlineData(101, "FrozenBN")]
    [InlineData(152, "FrozenBN")]
    public void Load_EachDepthAndNorm_Runs(int depth, string norm)
    {
        var config = ModelConfigReader.Read(
            Testing.Golden.File("tiny.yaml"),
            [
                $"MODEL.RESNETS.DEPTH={depth}", $"MODEL.RESNETS.NORM={norm}", "MODEL.FPN.FUSE_TYPE=avg",
                "MODEL.RESNETS.STRIDE_IN_1X1=False",
            ]);
        using var detector = Detector.Load(
            config, WeightsSource.Parse("synthetic:any:tiny"), new DetectorOptions { Device = "cpu" });
        using var image = detector.Preprocess(new ImageView(TestImages.Noise(new ImageSize(64, 64), 1), new ImageSize(64, 64)));
        Assert.Single(detector.Detect([image]));
    }

    /// <summary>Layers of both types meet in each kind of block, wherever its stride lies.</summary>
    [Theory]
    [InlineData(18, true, false)]
    [InlineData(18, true, true)]
    [InlineData(50, true, false)]
    [InlineData(50, false, false)]
    [InlineData(50, true, true)]
    public void Load_InBfloat16_GivesNearlyTheSamePyramid(int depth, bool strideIn1X1, bool isExact)
    {
        var config = ModelConfigReader.Read(
            Testing.Golden.File("tiny.yaml"), [$"MODEL.RESNETS.DEPTH={depth}", $"MODEL.RESNETS.STRIDE_IN_1X1={strideIn1X1}"]);
        foreach (var (expected, actual) in Pyramid(Precision.Fp32).Zip(Pyramid(Precision.Bf16)))
        {
            Assert.NotEqual(expected, actual);
            Close.RelativeToLargest(expected, actual, 0.03, "pyramid");
        }

        float[][] Pyramid(Precision precision)
        {
            var options = new DetectorOptions { Device = "cpu", Precision = precision, IsExact = isExact };
            using var detector = Detector.Load(config, WeightsSource.Parse("synthetic:any:tiny"), options);
            using var scope = torch.NewDisposeScope();
            using var guard = torch.no_grad();
            torch.manual_seed(2);
            var pyramid = detector.MaskRcnn().Layers.Backbone.Forward(torch.randn(1, 3, 64, 96).ToChannelsLast());
            return [.. pyramid.Values.Select(level => MixedPrecision.Full(level).ToArray<float>())];
        }
    }

    [Fact]
    public void Load_InFloat16OnACpu_SaysWhatToTakeInstead()
    {
        var config = ModelConfigReader.Read(Testing.Golden.File("tiny.yaml"));
        var options = new DetectorOptions { Device = "cpu", Precision = Precision.Fp16 };
        var exception = Assert.Throws<ModelLoadException>(
            () => Detector.Load(config, WeightsSource.Parse("synthetic:any:tiny"), options));
        Assert.StartsWith("Precision fp16 is for GPUs:", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpu", "supported: auto, cpu, cuda, cuda:N")]
    [InlineData("cuda:999", "")]
    public void Load_OnADeviceThatIsNotThere_SaysWhatThereIs(string device, string expected)
    {
        var config = ModelConfigReader.Read(Testing.Golden.File("tiny.yaml"));
        var exception = Assert.Throws<ModelLoadException>(
            () => Detector.Load(config, WeightsSource.Parse("synthetic:1"), new DetectorOptions { Device = device }));
        Assert.StartsWith($"Device {device}: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    private void RunFrames(byte[] image, int frames)
    {
        for (var i = 0; i < frames; i++)
        {
            using var preprocessed = tiny.Detector.Preprocess(new ImageView(image, new ImageSize(120, 160)));
            tiny.Detector.Detect([preprocessed]);
        }
    }

    public sealed class Tiny : IDisposable
    {
        public Detector Detector { get; } = Detector.Load(
            ModelConfigReader.Read(Testing.Golden.File("tiny.yaml")),
            WeightsSource.Parse("synthetic:tiny-1:tiny"),
            new DetectorOptions { Device = "cpu" });

        public void Dispose()
        {
            Detector.Dispose();
        }
    }
}
