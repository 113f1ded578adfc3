using Streaming.Config.Run;
using Streaming.Model.Ops;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Tests.Golden;

/// <summary>
/// The same runs as <see cref="RunTests"/> in bfloat16, with and without shortcuts: stage by stage near the reference, relative to each stage's largest number. Weights
/// that come from a formula let detections change places at a touch; for trained ones DemoTests and benchmarks/bf16.sh say how many stay.
/// </summary>
public sealed class NarrowRunTests
{
    /// <summary>bfloat16 keeps eight bits, and fifty layers follow each other: the worst number of all was off by 0.028 (2026-11-23).</summary>
    private const double Tolerance = 0.04;

    public static TheoryData<string, string> Runs => RunTests.Runs;

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Runs))]
    public void Stages_InBfloat16_AreNearTheReference(string fileName, string run)
    {
        var file = GoldenFile.Open(fileName);
        foreach (var isExact in new[] { true, false })
        {
            using var detector = Detector.Load(
                RunTests.Networks.ConfigOf(file), RunTests.Networks.WeightsOf(file), new DetectorOptions { Device = "cpu", Precision = Precision.Bf16, IsExact = isExact });
            using var scope = NewDisposeScope();
            using var mode = inference_mode();
            var images = RunTests.Prepare(detector, file, run);
            var pyramid = detector.Network.Backbone.Forward(detector.ToBatch(images));
            foreach (var (name, level) in pyramid)
            {
                RunTests.CompareSampled(file, $"{run}/{name}", MixedPrecision.Full(level), Tolerance, isRelative: true);
            }

            CompareRpn(file, run, detector, pyramid);
            CompareHeads(file, run, detector, pyramid, [.. images.Select(image => image.Size)]);
            Array.ForEach(images, image => image.Dispose());
        }
    }

    private static void CompareRpn(GoldenFile file, string run, Detector detector, Dictionary<string, Tensor> pyramid)
    {
        foreach (var level in file.Cases($"{run}/rpn/", "step"))
        {
            var (logits, deltas, _) = detector.Network.ProposalGenerator.Predict(pyramid[level]);
            var every = TensorIndex.Slice(step: file.Scalar<long>($"{run}/rpn/{level}/step"));
            Near(file, $"{run}/rpn/{level}/logits_sub", logits[TensorIndex.Colon, every]);
            Near(file, $"{run}/rpn/{level}/deltas_sub", deltas[TensorIndex.Colon, every]);
        }
    }

    /// <summary>The heads on the reference's own proposals and detections.</summary>
    private static void CompareHeads(GoldenFile file, string run, Detector detector, Dictionary<string, Tensor> pyramid, ImageSize[] sizes)
    {
        var heads = detector.Network.RoiHeads;
        if (file.Has($"{run}/box_head/roi_step"))
        {
            var pooled = heads.PoolForBoxes(pyramid, [.. sizes.Select((_, n) => Tensors.Boxes(file, $"{run}/proposals/{n}/boxes"))]);
            Assert.Equal(ScalarType.BFloat16, pooled.dtype);
            var (_, logits, deltas) = heads.PredictBoxes(pooled);
            Near(file, $"{run}/box_head/class_logits_sub", logits[TensorIndex.Slice(step: 4)]);
            Near(file, $"{run}/box_head/box_deltas_sub", deltas[TensorIndex.Slice(step: file.Scalar<long>($"{run}/box_head/roi_step"))]);
        }

        Box[][] boxes = [.. sizes.Select((_, n) => Tensors.Boxes(file, $"{run}/detections/{n}/boxes"))];
        var masks = heads.MaskLogits(pyramid, boxes, [.. sizes.SelectMany((_, n) => Tensors.Ints(file, $"{run}/detections/{n}/classes"))])!;
        for (var (n, start) = (0, 0); n < boxes.Length; start += boxes[n].Length, n++)
        {
            if (file.Has($"{run}/detections/{n}/mask_logits"))
            {
                Near(file, $"{run}/detections/{n}/mask_logits", masks.narrow(0, start, boxes[n].Length));
            }
        }
    }

    private static void Near(GoldenFile file, string name, Tensor actual)
    {
        Close.RelativeToLargest(file.Read<float>(name), MixedPrecision.Full(actual).ToArray<float>(), Tolerance, name);
    }
}
