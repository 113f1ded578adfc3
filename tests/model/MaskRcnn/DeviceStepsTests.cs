using System.Runtime.InteropServices;
using Streaming.Config.Detectron;
using Streaming.Model.Planning;
using Streaming.Model.Structures;
using Streaming.Model.Tests.Cuda;
using static TorchSharp.torch;

namespace Streaming.Model.Tests.MaskRcnn;

/// <summary>A GPU's way through the network; its numbers are compared in Golden/RunTests.</summary>
public sealed class DeviceStepsTests
{
    /// <summary>
    /// More candidates than the table holds, and too few detections among the best of them: the general way has to answer.
    /// </summary>
    [Fact]
    public void Detect_MoreCandidatesThanDecideIt_SaysSo()
    {
        Assert.SkipUnless(EmulatedLauncher.IsAvailable, "g++ is not on this machine");
        var path = Path.Combine(Testing.Golden.Folder, "tiny.yaml");
        foreach (var (most, isDecided) in new[] { (4000, false), (5, true) })
        {
            var config = ModelConfigReader.Read(
                path, [$"TEST.DETECTIONS_PER_IMAGE={most}", "MODEL.ROI_HEADS.SCORE_THRESH_TEST=0.0", "INPUT.MIN_SIZE_TEST=256"]);
            var plan = new InferencePlan { Device = CPU, IsExact = true };
            using var detector = TestDetectors.Build(config, WeightsSource.Parse("synthetic:1:tiny"), plan, withKernels: true);
            var device = detector.MaskRcnn();
            using var mode = inference_mode();
            var pixels = new byte[128 * 160 * 3];
            new Random(1).NextBytes(pixels);
            using var image = detector.Preprocess(new ImageView(pixels, new ImageSize(128, 160)));
            Assert.Equal(isDecided, device.DetectQueued([image]) is not null);
            Assert.Single(detector.Detect([image]));

            // From the second time on nothing is left behind.
            var tensors = Tensor.TotalCount;
            Assert.Equal(isDecided, device.DetectQueued([image]) is not null);
            Assert.Equal(tensors, Tensor.TotalCount);
        }
    }

    /// <summary>
    /// Whatever type the network's layers have, the kernels go with it: the general way through the same network finds the same.
    /// </summary>
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Detect_InEachType_FindsWhatTheGeneralWayDoes(ScalarType type)
    {
        Assert.SkipUnless(EmulatedLauncher.IsAvailable, "g++ is not on this machine");
        var config = ModelConfigReader.Read(Path.Combine(Testing.Golden.Folder, "tiny.yaml"));
        var weights = WeightsSource.Parse(Path.Combine(Testing.Golden.Folder, "tiny.pkl"));
        var plan = new InferencePlan { Device = CPU, Type = type };
        using var detector = TestDetectors.Build(config, weights, plan);
        using var queued = TestDetectors.Build(config, weights, plan, withKernels: true);
        using var mode = inference_mode();
        using var image = detector.Preprocess(
            new ImageView(TestImages.Noise(new ImageSize(128, 160), 1), new ImageSize(128, 160)));
        var expected = detector.Detect([image])[0];
        var actual = queued.MaskRcnn().DetectQueued([image])![0];
        Assert.InRange(expected.Count, 10, 100);
        Assert.Equal(expected.Classes, actual.Classes);

        // Pooled sums in another order may be rounded to the number next to it.
        var isNarrow = type != ScalarType.Float32;
        Close.Absolute(expected.Scores, actual.Scores, isNarrow ? 1e-3 : 1e-5, "scores");
        Close.Absolute(
            MemoryMarshal.Cast<Box, float>(expected.Boxes),
            MemoryMarshal.Cast<Box, float>(actual.Boxes),
            isNarrow ? 0.05 : 1e-3,
            "boxes");
        Close.Absolute(expected.Masks, actual.Masks, isNarrow ? 0.02 : 1e-5, "masks");
    }
}
