using Streaming.Config.Run;
using Streaming.Model.MaskRcnn;
using Streaming.Model.Ops;
using Streaming.Model.Planning;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Tests.Golden;

/// <summary>
/// The same runs as <see cref="RunTests"/> in bfloat16, with and without shortcuts, and in float16: stage by stage near the
/// reference, relative to each stage's largest number. Weights that come from a formula let detections change places at a
/// touch; for trained ones DemoTests and benchmarks/bf16.sh say how many stay.
/// </summary>
public sealed class NarrowRunTests
{
    /// <summary>
    /// bfloat16 keeps eight bits, and fifty layers follow each other: the worst number was off by 0.028 (2026-11-23).
    /// </summary>
    private const double BfloatTolerance = 0.04;

    /// <summary>float16 keeps eleven: the worst was off by 0.0045.</summary>
    private const double HalfTolerance = 0.006;

    /// <summary>A CPU takes seconds for a hundred thousand pixels.</summary>
    private const long MostPixelsInFloat16 = 120_000;

    public static TheoryData<string, string> Runs => RunTests.Runs;

    public static TheoryData<string, string> SmallRuns
    {
        get
        {
            var runs = new TheoryData<string, string>();
            foreach (var (file, run) in RunTests.Runs.Select(row => row.Data))
            {
                var sizes = GoldenFile.Open(file).Read<long>($"{run}/image_sizes").Chunk(2);
                if (sizes.Sum(size => size[0] * size[1]) <= MostPixelsInFloat16)
                {
                    runs.Add(file, run);
                }
            }

            return runs;
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Runs))]
    public void Stages_InBfloat16_AreNearTheReference(string fileName, string run)
    {
        foreach (var isExact in new[] { true, false })
        {
            var file = GoldenFile.Open(fileName);
            using var detector = Load(file, Precision.Bf16, isExact);
            Compare(file, run, detector, BfloatTolerance);
        }
    }

    /// <summary>float16 is for GPUs; a CPU computes the same, slowly.</summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(SmallRuns))]
    public void Stages_InFloat16_AreNearTheReference(string fileName, string run)
    {
        var file = GoldenFile.Open(fileName);
        var plan = new InferencePlan { Device = CPU, Type = ScalarType.Float16 };
        using var detector = TestDetectors.Build(RunTests.Networks.ConfigOf(file), RunTests.Networks.WeightsOf(file), plan);
        Compare(file, run, detector, HalfTolerance);
    }

    private static Detector Load(GoldenFile file, Precision precision, bool isExact)
    {
        var options = new DetectorOptions { Device = "cpu", Precision = precision, IsExact = isExact };
        return Detector.Load(RunTests.Networks.ConfigOf(file), RunTests.Networks.WeightsOf(file), options);
    }

    private static void Compare(GoldenFile file, string run, Detector detector, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        var images = RunTests.Preprocess(detector, file, run);
        var network = detector.MaskRcnn();
        var pyramid = network.Layers.Backbone.Forward(network.HostSteps.Upload(images).Input);
        foreach (var (name, level) in pyramid)
        {
            RunTests.CompareSampled(file, $"{run}/{name}", MixedPrecision.Full(level), tolerance, isRelative: true);
        }

        CompareRpn(file, run, network, pyramid, tolerance);
        CompareHeads(file, run, network, pyramid, [.. images.Select(image => image.Size)], tolerance);
        Array.ForEach(images, image => image.Dispose());
    }

    private static void CompareRpn(
        GoldenFile file, string run, MaskRcnnNetwork network, Dictionary<string, Tensor> pyramid, double tolerance)
    {
        foreach (var (level, (logits, deltas, _)) in pyramid.Keys.Order().Zip(network.Layers.RpnHead.Forward(pyramid)))
        {
            var every = TensorIndex.Slice(step: file.Scalar<long>($"{run}/rpn/{level}/step"));
            Near(file, $"{run}/rpn/{level}/logits_sub", logits[TensorIndex.Colon, every], tolerance);
            Near(file, $"{run}/rpn/{level}/deltas_sub", deltas[TensorIndex.Colon, every], tolerance);
        }
    }

    /// <summary>The heads on the reference's own proposals and detections.</summary>
    private static void CompareHeads(
        GoldenFile file,
        string run,
        MaskRcnnNetwork network,
        Dictionary<string, Tensor> pyramid,
        ImageSize[] sizes,
        double tolerance)
    {
        if (file.Has($"{run}/box_head/roi_step"))
        {
            Box[][] proposals = [.. sizes.Select((_, n) => Tensors.Boxes(file, $"{run}/proposals/{n}/boxes"))];
            var pooled = network.HostSteps.PoolForBoxes(pyramid, proposals);
            Assert.NotEqual(ScalarType.Float32, pooled.dtype);
            var (logits, deltas) = network.Layers.PredictBoxes(pooled);
            Near(file, $"{run}/box_head/class_logits_sub", logits[TensorIndex.Slice(step: 4)], tolerance);
            var rows = TensorIndex.Slice(step: file.Scalar<long>($"{run}/box_head/roi_step"));
            Near(file, $"{run}/box_head/box_deltas_sub", deltas[rows], tolerance);
        }

        Box[][] boxes = [.. sizes.Select((_, n) => Tensors.Boxes(file, $"{run}/detections/{n}/boxes"))];
        int[] classes = [.. sizes.SelectMany((_, n) => Tensors.Ints(file, $"{run}/detections/{n}/classes"))];
        var pooledForMasks = network.HostSteps.PoolForMasks(pyramid, boxes);
        var masks = network.Layers.MaskHead!.Forward(pooledForMasks, tensor(classes, dtype: ScalarType.Int64));
        for (var (n, start) = (0, 0); n < boxes.Length; start += boxes[n].Length, n++)
        {
            if (file.Has($"{run}/detections/{n}/mask_logits"))
            {
                Near(file, $"{run}/detections/{n}/mask_logits", masks.narrow(0, start, boxes[n].Length), tolerance);
            }
        }
    }

    private static void Near(GoldenFile file, string name, Tensor actual, double tolerance)
    {
        Close.RelativeToLargest(file.Read<float>(name), MixedPrecision.Full(actual).ToArray<float>(), tolerance, name);
    }
}
