using System.Runtime.InteropServices;
using Streaming.Config.Detectron;
using Streaming.Model.MaskRcnn;
using Streaming.Model.Masks;
using Streaming.Model.Planning;
using Streaming.Model.Structures;
using Streaming.Model.Tests.Cuda;
using static TorchSharp.torch;

namespace Streaming.Model.Tests.Golden;

/// <summary>
/// Whole runs of detectron2, stage by stage (model_*.safetensors, tiny_expected.safetensors). Every stage gets the reference's
/// proposals and boxes where the folder's README compares it so; the last test runs from the picture to the masks.
/// Tolerances are those of the README's section 4.
/// </summary>
public sealed class RunTests(RunTests.Networks networks) : IClassFixture<RunTests.Networks>
{
    /// <summary>
    /// Between one thread and two, detectron2's own masks differ by up to 4 pixels (section 4 of the folder's README). The
    /// reference has that noise, and what is compared with it has its own: the same network here differs between one thread
    /// and two by up to 7 pixels of a mask over other weights of the formula. So a mask may differ by twice the reference's.
    /// </summary>
    private const int MostMaskPixels = 2 * 4;

    private static readonly string[] Files =
        ["model_small_input.safetensors", "model_full_input.safetensors", "tiny_expected.safetensors"];

    public static TheoryData<string, string> Runs
    {
        get
        {
            var runs = new TheoryData<string, string>();
            foreach (var file in Files)
            {
                foreach (var run in GoldenFile.TryOpen(file)?.Cases("", "image_sizes") ?? [])
                {
                    runs.Add(file, run);
                }
            }

            return runs;
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Runs))]
    public void Stages_OnTheReferencesInputs_EqualReference(string fileName, string run)
    {
        var file = GoldenFile.Open(fileName);
        var detector = networks.Get(file, new DetectorOptions { Device = "cpu", IsExact = true });
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        var images = Preprocess(detector, file, run);
        var network = detector.MaskRcnn();
        var (sizes, batch) = network.HostSteps.Upload(images);
        Assert.Equal(file.Read<long>($"{run}/image_sizes"), sizes.SelectMany(size => new long[] { size.Height, size.Width }));
        CompareSampled(file, $"{run}/input", batch, 1e-5, isRelative: false);

        var stages = network.Layers.Backbone.BottomUp.Forward(batch);
        var pyramid = network.Layers.Backbone.Pyramid.Forward(stages);
        foreach (var (name, tensor) in stages.Concat(pyramid))
        {
            CompareSampled(file, $"{run}/{name}", tensor, 1e-5, isRelative: true);
        }

        CompareRpn(file, run, network, pyramid);
        CompareProposals(file, run, network, pyramid, sizes);
        CompareHeads(file, run, network, pyramid, sizes);
        foreach (var image in images)
        {
            image.Dispose();
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Runs))]
    public void Detect_FromPictureToMasks_EqualsReference(string fileName, string run)
    {
        DetectAndCompare(fileName, run, new DetectorOptions { Device = "cpu", IsExact = true });
    }

    /// <summary>With its shortcuts too the network stays within the same tolerances.</summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Runs))]
    public void Detect_WithFoldedNorms_EqualsReference(string fileName, string run)
    {
        DetectAndCompare(fileName, run, new DetectorOptions { Device = "cpu" });
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Runs))]
    public void Detect_ByWinogradsConvolutions_EqualsReference(string fileName, string run)
    {
        DetectAndCompare(fileName, run, new DetectorOptions { Device = "cpu", UsesWinograd = true });
    }

    /// <summary>A GPU's way through the network, with its kernels compiled for the CPU.</summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Runs))]
    public void Detect_ByTheGpusKernels_EqualsReference(string fileName, string run)
    {
        Assert.SkipUnless(EmulatedLauncher.IsAvailable, "g++ is not on this machine");
        var file = GoldenFile.Open(fileName);
        Assert.True(Architectures.Of(Networks.ConfigOf(file)).SupportsCudaKernels);
        var plan = new InferencePlan { Device = CPU, IsExact = true };
        using var detector = TestDetectors.Build(Networks.ConfigOf(file), Networks.WeightsOf(file), plan, withKernels: true);
        using var mode = inference_mode();
        var images = Preprocess(detector, file, run);
        Compare(file, run, images, detector.MaskRcnn().DetectQueued(images)!);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Runs))]
    public void Detect_OnAGpu_EqualsReference(string fileName, string run)
    {
        Assert.SkipUnless(Streaming.Model.Native.LibTorch.Load().HasCuda, "there is no GPU");
        backends.cuda.matmul.allow_tf32 = false;
        backends.cudnn.allow_tf32 = false;
        var file = GoldenFile.Open(fileName);
        foreach (var isExact in new[] { false, true })
        {
            var options = new DetectorOptions { Device = "cuda", IsExact = isExact };
            using var detector = Detector.Load(Networks.ConfigOf(file), Networks.WeightsOf(file), options);
            var images = Preprocess(detector, file, run);
            Compare(file, run, images, detector.Detect(images));
        }
    }

    private void DetectAndCompare(string fileName, string run, DetectorOptions options)
    {
        var file = GoldenFile.Open(fileName);
        var detector = networks.Get(file, options);
        var images = Preprocess(detector, file, run);
        Compare(file, run, images, detector.Detect(images));
    }

    private static void Compare(GoldenFile file, string run, PreprocessedImage[] images, IReadOnlyList<RawDetections> results)
    {
        var (masks, differing, set) = (0, 0L, 0L);
        for (var n = 0; n < results.Count; n++)
        {
            var prefix = $"{run}/outputs/{n}";
            var result = results[n];
            Assert.Equal(Tensors.Size(file, $"{prefix}/size"), result.ImageSize);
            Assert.Equal(Tensors.Ints(file, $"{prefix}/classes"), result.Classes);
            Close.Absolute(file.Read<float>($"{prefix}/boxes"), MemoryMarshal.Cast<Box, float>(result.Boxes), 5e-3, "boxes");
            Close.Absolute(file.Read<float>($"{prefix}/scores"), result.Scores, 1e-4, "scores");
            var strings = file.Strings($"{prefix}/rle_strings");
            for (var i = 0; i < result.Count; i++)
            {
                var expected = Rle.Parse(strings[i], result.ImageSize).Decode();
                var actual = MaskPaster.PasteToRle(result.Mask(i), result.MaskSide, result.Boxes[i], result.ImageSize).Decode();
                var difference = expected.Zip(actual).Count(pixel => pixel.First != pixel.Second);
                Assert.True(difference <= MostMaskPixels, $"mask {i} of image {n}: {difference} pixels differ");
                (masks, differing, set) = (masks + 1, differing + difference, set + expected.Count(pixel => pixel != 0));
            }

            images[n].Dispose();
        }

        Assert.True(masks > 0);
        Assert.True(differing <= 2e-4 * set, $"{differing} of {set} pixels differ");
    }

    internal static PreprocessedImage[] Preprocess(Detector detector, GoldenFile file, string run)
    {
        // A run of one picture is called like it; a batch holds the pictures of the other runs in order.
        const string Prefix = "image/";
        var all = file.Names.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal));
        string[] pictures = file.Has(Prefix + run) ? [run] : [.. all.Select(name => name[Prefix.Length..]).Order()];
        return [.. pictures.Select(picture =>
        {
            var shape = file.Shape(Prefix + picture);
            var size = new ImageSize((int)shape[0], (int)shape[1]);
            var prepared = detector.Preprocess(new ImageView(file.Read<byte>(Prefix + picture), size));
            if (pictures.Length == 1 && file.Has($"{run}/resized"))
            {
                Assert.Equal(file.Read<byte>($"{run}/resized"), prepared.Pixels.ToArray());
            }

            return prepared;
        })];
    }

    /// <summary>A stage's output: the whole of it, or every so many values and the statistics per image.</summary>
    internal static void CompareSampled(GoldenFile file, string name, Tensor tensor, double tolerance, bool isRelative)
    {
        if (file.Has(name))
        {
            Compare(file.Read<float>(name), tensor);
            return;
        }

        Assert.Equal(file.Read<long>($"{name}/shape"), tensor.shape);
        var step = file.Read<long>($"{name}/step");
        TensorIndex[] every = [TensorIndex.Colon, .. step.Select(n => TensorIndex.Slice(step: n))];
        var sampled = tensor[every];
        Compare(file.Read<float>($"{name}/sub"), sampled);
        var stats = file.Read<double>($"{name}/stats").Chunk(3).ToArray();
        for (var n = 0; n < stats.Length; n++)
        {
            var values = tensor[n].to(ScalarType.Float64);
            var scale = isRelative ? stats[n][2] : 1;
            Assert.Equal(stats[n][0], values.mean().item<double>(), tolerance * scale);
            Assert.Equal(stats[n][1], values.std(unbiased: false).item<double>(), tolerance * scale);
            Assert.Equal(stats[n][2], values.abs().max().item<double>(), tolerance * scale);
        }

        void Compare(float[] expected, Tensor actual)
        {
            if (isRelative)
            {
                Close.RelativeToLargest(expected, actual.ToArray<float>(), tolerance, name);
            }
            else
            {
                Close.Absolute(expected, actual.ToArray<float>(), tolerance, name);
            }
        }
    }

    private static void CompareRpn(GoldenFile file, string run, MaskRcnnNetwork network, Dictionary<string, Tensor> pyramid)
    {
        foreach (var (level, (logits, deltas, _)) in pyramid.Keys.Order().Zip(network.Layers.RpnHead.Forward(pyramid)))
        {
            Assert.True(file.Has($"{run}/rpn/{level}/step"));
            var step = file.Scalar<long>($"{run}/rpn/{level}/step");
            var every = TensorIndex.Slice(step: step);
            var someLogits = logits[TensorIndex.Colon, every].ToArray<float>();
            var someDeltas = deltas[TensorIndex.Colon, every].ToArray<float>();
            Close.Absolute(file.Read<float>($"{run}/rpn/{level}/logits_sub"), someLogits, 2e-4, $"{level} logits");
            Close.Absolute(file.Read<float>($"{run}/rpn/{level}/deltas_sub"), someDeltas, 2e-5, $"{level} deltas");
        }
    }

    /// <summary>Proposals as a set: near-equal logits may swap places.</summary>
    private static void CompareProposals(
        GoldenFile file,
        string run,
        MaskRcnnNetwork network,
        Dictionary<string, Tensor> pyramid,
        IReadOnlyList<ImageSize> sizes)
    {
        var proposals = network.HostSteps.Propose(sizes, network.Layers.RpnHead.Forward(pyramid));
        for (var n = 0; n < proposals.Length; n++)
        {
            var prefix = $"{run}/proposals/{n}";
            Close.Absolute(file.Read<float>($"{prefix}/logits"), proposals[n].Logits, 2e-4, "proposal logits");
            var (boxes, levels) = (Tensors.Boxes(file, $"{prefix}/boxes"), Tensors.Ints(file, $"{prefix}/level"));
            var expected = Sorted(boxes.Zip(levels, (box, level) => (box, level - 2)));
            var actual = Sorted(proposals[n].Boxes.Zip(proposals[n].Levels));
            Assert.Equal(expected.Select(p => p.Level), actual.Select(p => p.Level));
            Close.Absolute(Flat(expected), Flat(actual), 5e-3, "proposal boxes");
        }

        // By rounded coordinates, so that the order does not hang on the last bits.
        static (Box Box, int Level)[] Sorted(IEnumerable<(Box Box, int Level)> boxes)
        {
            return
            [
                .. boxes.OrderBy(p => p.Level)
                    .ThenBy(p => MathF.Round(p.Box.X0, 1))
                    .ThenBy(p => MathF.Round(p.Box.Y0, 1))
                    .ThenBy(p => p.Box.X1)
                    .ThenBy(p => p.Box.Y1),
            ];
        }

        static float[] Flat((Box Box, int Level)[] boxes)
        {
            return [.. boxes.SelectMany(p => new[] { p.Box.X0, p.Box.Y0, p.Box.X1, p.Box.Y1 })];
        }
    }

    /// <summary>The heads on the reference's own proposals and detections.</summary>
    private static void CompareHeads(
        GoldenFile file,
        string run,
        MaskRcnnNetwork network,
        Dictionary<string, Tensor> pyramid,
        IReadOnlyList<ImageSize> sizes)
    {
        Box[][] proposals = [.. sizes.Select((_, n) => Tensors.Boxes(file, $"{run}/proposals/{n}/boxes"))];
        var pooled = network.HostSteps.PoolForBoxes(pyramid, proposals);
        var features = network.Layers.BoxFeatures(pooled);
        var predictions = network.Layers.PredictFrom(features);
        if (file.Has($"{run}/box_head/roi_step"))
        {
            var (logits, deltas) = predictions;
            var rows = TensorIndex.Slice(step: file.Scalar<long>($"{run}/box_head/roi_step"));
            var channels = TensorIndex.Slice(step: 32);
            var prefix = $"{run}/box_head";
            var someLogits = logits[TensorIndex.Slice(step: 4)].ToArray<float>();
            var (somePooled, someFeatures) = (pooled[rows, channels].ToArray<float>(), features[rows].ToArray<float>());
            Close.RelativeToLargest(file.Read<float>($"{prefix}/pooled_sub"), somePooled, 1.5e-5, "pooled 7x7");
            Close.RelativeToLargest(file.Read<float>($"{prefix}/features_sub"), someFeatures, 1.5e-5, "box features");
            Close.Absolute(file.Read<float>($"{prefix}/class_logits_sub"), someLogits, 5e-4, "class logits");
            Close.Absolute(file.Read<float>($"{prefix}/box_deltas_sub"), deltas[rows].ToArray<float>(), 3e-4, "box deltas");
        }

        var detections = network.HostSteps.Select(sizes, proposals, predictions);
        for (var n = 0; n < detections.Length; n++)
        {
            var prefix = $"{run}/detections/{n}";
            Assert.Equal(Tensors.Ints(file, $"{prefix}/classes"), detections[n].Classes);
            Assert.Equal(Tensors.Ints(file, $"{prefix}/proposal_index"), detections[n].Rows);
            var boxes = MemoryMarshal.Cast<Box, float>(detections[n].Boxes);
            Close.Absolute(file.Read<float>($"{prefix}/boxes"), boxes, 5e-3, "detection boxes");
            Close.Absolute(file.Read<float>($"{prefix}/scores"), detections[n].Scores, 1e-4, "detection scores");
        }

        CompareMasks(file, run, network, pyramid, detections.Length);
    }

    private static void CompareMasks(
        GoldenFile file, string run, MaskRcnnNetwork network, Dictionary<string, Tensor> pyramid, int images)
    {
        Box[][] boxes = [.. Enumerable.Range(0, images).Select(n => Tensors.Boxes(file, $"{run}/detections/{n}/boxes"))];
        int[] classes = [.. Enumerable.Range(0, images).SelectMany(n => Tensors.Ints(file, $"{run}/detections/{n}/classes"))];
        var pooled = network.HostSteps.PoolForMasks(pyramid, boxes);
        if (file.Has($"{run}/mask_head/pooled_sub"))
        {
            var rows = TensorIndex.Slice(step: file.Scalar<long>($"{run}/mask_head/roi_step"));
            var some = pooled[rows, TensorIndex.Slice(step: 32)].ToArray<float>();
            Close.RelativeToLargest(file.Read<float>($"{run}/mask_head/pooled_sub"), some, 1.5e-5, "pooled 14x14");
        }

        var logits = network.Layers.MaskHead!.Forward(pooled, tensor(classes, dtype: ScalarType.Int64));
        var start = 0;
        for (var n = 0; n < images; n++)
        {
            var own = logits.narrow(0, start, boxes[n].Length);
            start += boxes[n].Length;
            foreach (var (name, values, tolerance) in new[] { ("mask_logits", own, 2e-4), ("mask_probs", own.sigmoid(), 5e-5) })
            {
                if (file.Has($"{run}/detections/{n}/{name}"))
                {
                    Close.Absolute(file.Read<float>($"{run}/detections/{n}/{name}"), values.ToArray<float>(), tolerance, name);
                }
            }
        }
    }

    /// <summary>Networks by file, each built once.</summary>
    public sealed class Networks : IDisposable
    {
        private readonly Dictionary<(GoldenFile File, DetectorOptions Options), Detector> _detectors = [];

        internal static ModelConfig ConfigOf(GoldenFile file)
        {
            var (min, max) = (file.Metadata["min_size_test"], file.Metadata["max_size_test"]);
            return ModelConfigReader.Read(
                file.Metadata["table"] == "full" ? "mask_rcnn_R_50_FPN_3x" : Path.Combine(Testing.Golden.Folder, "tiny.yaml"),
                [$"INPUT.MIN_SIZE_TEST={min}", $"INPUT.MAX_SIZE_TEST={max}"]);
        }

        internal static WeightsSource WeightsOf(GoldenFile file)
        {
            return WeightsSource.Parse($"synthetic:{file.Metadata["seed"]}:{file.Metadata["table"]}");
        }

        /// <summary>The files say which network, weights and sizes they were made with.</summary>
        internal Detector Get(GoldenFile file, DetectorOptions options)
        {
            if (!_detectors.TryGetValue((file, options), out var detector))
            {
                detector = Detector.Load(ConfigOf(file), WeightsOf(file), options);
                _detectors[(file, options)] = detector;
            }

            return detector;
        }

        public void Dispose()
        {
            foreach (var detector in _detectors.Values)
            {
                detector.Dispose();
            }
        }
    }
}
