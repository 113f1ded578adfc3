using System.Runtime.InteropServices;
using System.Text.Json;
using Streaming.Config;
using Streaming.Config.Detectron;
using Streaming.Config.Run;
using Streaming.Model.Masks;
using Streaming.Model.Planning;
using Streaming.Model.Structures;
using Streaming.Model.Tests.Cuda;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;
using static TorchSharp.torch;

namespace Streaming.Model.Tests.Golden;

/// <summary>
/// detectron2's other models (golden/family, whose README says what the files hold and how close is close enough), from their
/// configurations and checkpoints to the masks. A model that is refused, or a picture that is not there, is skipped by name.
/// </summary>
public sealed class FamilyTests
{
    /// <summary>Boxes in pixels and scores, and both kinds of numbers relative to the largest.</summary>
    private const double BoxTolerance = 0.01, ScoreTolerance = 3e-4, Relative = 1e-4;

    private static readonly Dictionary<string, DetectorOptions> Ways = new()
    {
        ["exact"] = new DetectorOptions { Device = "cpu", IsExact = true },
        ["fused"] = new DetectorOptions { Device = "cpu" },
        ["Winograd"] = new DetectorOptions { Device = "cpu", UsesWinograd = true },
    };

    private static string Root => Path.Combine(Testing.Golden.Folder, "family");

    public static TheoryData<string> Models => [.. Folders()];

    public static TheoryData<string, string, string> Pictures
    {
        get
        {
            var cases = new TheoryData<string, string, string>();
            foreach (var model in Folders())
            {
                foreach (var picture in Json(model).GetProperty("pictures").EnumerateArray())
                {
                    foreach (var way in Ways.Keys.Append("GPU's kernels"))
                    {
                        cases.Add(model, picture.GetString()!, way);
                    }
                }
            }

            return cases;
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Pictures))]
    public void Detect_FromCheckpointAndPictureToMasks_EqualsReference(string model, string picture, string way)
    {
        var isQueued = way == "GPU's kernels";
        using var detector = isQueued ? LoadWithKernels(model) : Load(model, Ways[way]);
        using var image = Preprocess(detector, picture);
        var file = GoldenFile.Open($"family/{model}/expected.safetensors");
        var prefix = $"out/{Path.GetFileNameWithoutExtension(picture)}";
        var size = Tensors.Size(file, $"{prefix}/resized_hw");
        Assert.Equal(size, image.Size);
        var result = Assert.Single(isQueued ? DetectQueued(detector, image) : [.. detector.Detect([image])]);
        Assert.Equal(Tensors.Size(file, $"{prefix}/size_hw"), result.ImageSize);

        var (boxes, scores) = (Tensors.Boxes(file, $"{prefix}/boxes"), file.Read<float>($"{prefix}/scores"));
        var classes = Tensors.Ints(file, $"{prefix}/classes");
        Assert.Equal(boxes.Length, result.Count);
        var masks = Json(model).GetProperty("masks").GetProperty(Path.GetFileNameWithoutExtension(picture));
        var left = Enumerable.Range(0, result.Count).ToList();
        for (var i = 0; i < boxes.Length; i++)
        {
            // In order, but for those whose scores are equal within the tolerance.
            var found = left.FindIndex(n => result.Classes[n] == classes[i]
                && Math.Abs(result.Scores[n] - scores[i]) <= ScoreTolerance
                && Distance(result.Boxes[n], boxes[i]) <= BoxTolerance);
            Assert.True(found >= 0, $"detection {i}: class {classes[i]}, score {scores[i]}, {boxes[i]}");
            CompareMask(result, left[found], masks[i].GetString()!, $"mask {i}");
            left.RemoveAt(found);
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Models))]
    public void Stages_OfTheFirstPicture_EqualReference(string model)
    {
        using var detector = Load(model, Ways["exact"]);
        using var image = Preprocess(detector, Json(model).GetProperty("pictures")[0].GetString()!);
        var file = GoldenFile.Open($"family/{model}/expected.safetensors");
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        var network = detector.MaskRcnn();
        var stages = network.Layers.Backbone.BottomUp.Forward(network.HostSteps.Upload([image]).Input);
        var pyramid = network.Layers.Backbone.Pyramid.Forward(stages);
        foreach (var (prefix, maps) in new[] { ("bottom_up", stages), ("features", pyramid) })
        {
            foreach (var (name, map) in maps.Where(item => file.Has($"trace/{prefix}/{item.Key}")))
            {
                var step = map.size(1) / file.Shape($"trace/{prefix}/{name}")[1];
                Near(file, $"trace/{prefix}/{name}", map[TensorIndex.Colon, TensorIndex.Slice(step: step)]);
            }
        }

        foreach (var (i, (logits, deltas, _)) in network.Layers.RpnHead.Forward(pyramid).Index())
        {
            var every = TensorIndex.Slice(step: i < 2 ? 5 : 1);
            Near(file, $"trace/rpn/{i}/logits", logits[0][every]);
            Near(file, $"trace/rpn/{i}/deltas", deltas[0][every]);
        }

        var pooled = network.HostSteps.PoolForBoxes(pyramid, [Tensors.Boxes(file, "trace/proposals/boxes")]);
        var features = network.Layers.BoxFeatures(pooled);
        var (classLogits, boxDeltas) = network.Layers.PredictFrom(features);
        Near(file, "trace/box/pooled", pooled.narrow(0, 0, 2));
        Near(file, "trace/box/features", features.narrow(0, 0, 8));
        Near(file, "trace/box/class_logits", classLogits[TensorIndex.Slice(step: 2)]);
        Near(file, "trace/box/box_deltas", boxDeltas[TensorIndex.Slice(step: 2)]);
        var classes = tensor(Tensors.Ints(file, "trace/detections/classes"), dtype: ScalarType.Int64);
        var pooledForMasks = network.HostSteps.PoolForMasks(pyramid, [Tensors.Boxes(file, "trace/detections/boxes")]);
        var masks = network.Layers.MaskHead!.Forward(pooledForMasks, classes);
        Near(file, "trace/mask/logits", masks.narrow(0, 0, file.Shape("trace/mask/logits")[0]));
    }

    private static string[] Folders()
    {
        return Directory.Exists(Root)
            ? [.. Directory.EnumerateFiles(Root, "weights.pth", SearchOption.AllDirectories)
                .Select(path => Path.GetFileName(Path.GetDirectoryName(path)!)).Order(StringComparer.Ordinal)]
            : [];
    }

    private static JsonElement Json(string model)
    {
        return JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root, model, "expected.json"))).RootElement;
    }

    private static ModelConfig Config(string model)
    {
        try
        {
            return ModelConfigReader.Read(Path.Combine(Root, model, "config.yaml"));
        }
        catch (ConfigurationException exception) when (exception.Message.Contains(": this is a", StringComparison.Ordinal))
        {
            Assert.Skip(exception.Message);
            throw;
        }
    }

    private static Detector Load(string model, DetectorOptions options)
    {
        return Detector.Load(Config(model), Weights(model), options);
    }

    /// <summary>A GPU's way through the network, with its kernels compiled for the CPU.</summary>
    private static Detector LoadWithKernels(string model)
    {
        Assert.SkipUnless(EmulatedLauncher.IsAvailable, "g++ is not on this machine");
        return TestDetectors.Build(
            Config(model), Weights(model), new InferencePlan { Device = CPU, IsExact = true }, withKernels: true);
    }

    private static RawDetections[] DetectQueued(Detector detector, PreprocessedImage image)
    {
        using var mode = inference_mode();
        return detector.MaskRcnn().DetectQueued([image])!;
    }

    private static WeightsSource Weights(string model)
    {
        return new WeightsSource(Path.Combine(Root, model, "weights.pth"), null, "");
    }

    private static PreprocessedImage Preprocess(Detector detector, string picture)
    {
        var path = Path.Combine(Root, "pictures", picture);
        path = File.Exists(path) ? path : Testing.Golden.File(picture);
        using var pool = new PixelPool();
        var config = new SourceConfig { Id = "picture", Input = path };
        using var source = FrameSources.BuiltIn.Open(config, new SourceContext("picture", pool, TimeProvider.System));
        using var frame = source.Read(CancellationToken.None)!;
        return detector.Preprocess(frame.Pixels.View);
    }

    private static float Distance(Box a, Box b)
    {
        Box[] pair = [a, b];
        var numbers = MemoryMarshal.Cast<Box, float>(pair);
        var most = 0f;
        for (var i = 0; i < 4; i++)
        {
            most = Math.Max(most, Math.Abs(numbers[i] - numbers[i + 4]));
        }

        return most;
    }

    private static void CompareMask(RawDetections result, int n, string reference, string what)
    {
        var expected = Rle.Parse(reference, result.ImageSize).Decode();
        var actual = MaskPaster.PasteToRle(result.Mask(n), result.MaskSide, result.Boxes[n], result.ImageSize).Decode();
        var difference = expected.Zip(actual).Count(pixel => pixel.First != pixel.Second);
        Assert.True(difference <= Math.Max(16, expected.Count(pixel => pixel != 0) / 100), $"{what}: {difference} pixels differ");
    }

    private static void Near(GoldenFile file, string name, Tensor actual)
    {
        Close.RelativeToLargest(file.Read<float>(name), actual.ToArray<float>(), Relative, name);
    }
}
