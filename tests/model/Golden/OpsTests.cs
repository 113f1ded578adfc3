using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Streaming.Config.Detectron;
using Streaming.Model.Heads;
using Streaming.Model.Masks;
using Streaming.Model.Ops;
using Streaming.Model.Proposals;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Tests.Golden;

/// <summary>Each operation against detectron2's result for the same input (ops.safetensors).</summary>
[NoLeakedTensors]
public sealed class OpsTests
{
    private const string FileName = "ops.safetensors";

    public static TheoryData<string> NmsCases => Cases("nms/", "keep");

    public static TheoryData<string> BatchedNmsCases => Cases("batched_nms/", "keep");

    public static TheoryData<string> AnchorCases => Cases("anchors/", "grid");

    public static TheoryData<string> DeltaCases => Cases("apply_deltas/", "out");

    public static TheoryData<string> SelectionCases => Cases("detection_selection/", "topk");

    public static TheoryData<string> PostprocessCases => Cases("postprocess/", "out_boxes");

    public static TheoryData<string> RleCases => Cases("", "rle_counts");

    public static TheoryData<string, string> RoiAlignCases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            var names = GoldenFile.TryOpen(FileName)?.Names ?? [];
            foreach (var name in names.Where(name => Regex.IsMatch(name, "^roi_align/.*/out")))
            {
                foreach (var kernel in RoiAlignKernels.Keys)
                {
                    cases.Add(name, kernel);
                }
            }

            return cases;
        }
    }

    public static TheoryData<string> RoiAlignKernelNames => [.. RoiAlignKernels.Keys];

    private static Dictionary<string, RoiAlign.Kernel> RoiAlignKernels => new()
    {
        ["reference"] = RoiAlign.Reference,
        ["fast CPU"] = RoiAlign.FastCpu,
        ["any device"] = RoiAlignAnyDevice.Pool,
    };

    private static Dictionary<string, Nms.Kernel> NmsKernels => new() { ["reference"] = Nms.Reference, ["fast"] = Nms.Fast };

    private static GoldenFile File => GoldenFile.Open(FileName);

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(AnchorCases))]
    public void Anchors_OfEachLevel_EqualReference(string level)
    {
        var sizes = new double[] { 32 << (level[1] - '2') };
        double[] ratios = [0.5, 1, 2];
        var cell = AnchorGenerator.Cell(sizes, ratios);
        Close.Absolute(File.Read<float>($"anchors/{level}/cell"), MemoryMarshal.Cast<Box, float>(cell), 1e-4, "cell");

        var stride = (int)File.Scalar<long>($"anchors/{level}/stride");
        using var generator = new AnchorGenerator(new AnchorConfig([sizes], [ratios], Offset: 0.5), [stride], CPU);
        var grid = generator.Grid(0, Tensors.Size(File, $"anchors/{level}/feature_size"));
        Close.Absolute(File.Read<float>($"anchors/{level}/grid"), grid.ToArray<float>(), 1e-4, "grid");
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(DeltaCases))]
    public void BoxTransform_BothWays_EqualsReference(string weightsOf)
    {
        var weights = File.Read<double>($"apply_deltas/{weightsOf}/weights");
        using var deltas = Tensors.Of(File, $"apply_deltas/{weightsOf}/deltas");
        using var boxes = Tensors.Of(File, $"apply_deltas/{weightsOf}/boxes");
        using var applied = BoxTransform.Apply(deltas, boxes, weights);
        Close.RelativeToEach(File.Read<float>($"apply_deltas/{weightsOf}/out"), applied.ToArray<float>(), 5e-5, "apply");

        using var source = Tensors.Of(File, $"get_deltas/{weightsOf}/source");
        using var target = Tensors.Of(File, $"get_deltas/{weightsOf}/target");
        using var got = BoxTransform.Get(source, target, weights);
        Close.RelativeToEach(File.Read<float>($"get_deltas/{weightsOf}/out"), got.ToArray<float>(), 5e-5, "get");
        Assert.Equal(File.Scalar<double>("apply_deltas/scale_clamp"), BoxTransform.ScaleClamp, 1e-12);
    }

    [Fact]
    public void Boxes_ClipAreaAndEmptiness_EqualReference()
    {
        var size = Tensors.Size(File, "clip/size_hw");
        var boxes = Tensors.Boxes(File, "clip/boxes");
        Box[] clipped = [.. boxes.Select(box => box.ClipTo(size))];
        Assert.Equal(Tensors.Boxes(File, "clip/out"), clipped);
        Close.RelativeToEach(File.Read<float>("clip/areas"), clipped.Select(box => box.Area).ToArray(), 1e-6, "areas");
        foreach (var threshold in new[] { 0, 20 })
        {
            var expected = File.Read<byte>($"clip/nonempty_{threshold}").Select(value => value != 0);
            Assert.Equal(expected, clipped.Select(box => box.IsNonEmpty(threshold)));
        }
    }

    [Fact]
    public void IoU_OfAllPairs_EqualsReference()
    {
        var others = Tensors.Boxes(File, "pairwise_iou/b");
        var actual = Tensors.Boxes(File, "pairwise_iou/a").SelectMany(a => others.Select(b => Box.IoU(a, b)));
        Close.Absolute(File.Read<float>("pairwise_iou/out"), actual.ToArray(), 1e-6, "iou");
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(NmsCases))]
    public void Nms_EveryKernel_KeepsWhatReferenceKeeps(string name)
    {
        var (boxes, scores) = (Tensors.Boxes(File, $"nms/{name}/boxes"), File.Read<float>($"nms/{name}/scores"));
        foreach (var (kernel, nms) in NmsKernels)
        {
            var kept = nms(boxes, scores, File.Scalar<double>($"nms/{name}/threshold"));
            Assert.True(Tensors.Ints(File, $"nms/{name}/keep").SequenceEqual(kept), kernel);
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(BatchedNmsCases))]
    public void BatchedNms_EveryKernel_KeepsWhatReferenceKeeps(string name)
    {
        var prefix = $"batched_nms/{name}";
        foreach (var (kernel, nms) in NmsKernels)
        {
            var kept = Nms.Batched(
                Tensors.Boxes(File, $"{prefix}/boxes"),
                File.Read<float>($"{prefix}/scores"),
                Tensors.Ints(File, $"{prefix}/classes"),
                File.Scalar<double>($"{prefix}/threshold"),
                nms);
            Assert.True(Tensors.Ints(File, $"{prefix}/keep").SequenceEqual(kept), kernel);
        }
    }

    [Fact]
    public void LevelAssignment_AroundBoundaries_EqualsReference()
    {
        var levels = Tensors.Boxes(File, "level_assignment/boxes").Select(box => RoiPooler.AssignLevel(box, 2, 5));
        Assert.Equal(Tensors.Ints(File, "level_assignment/levels"), levels);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(RoiAlignCases))]
    public void RoiAlign_EveryKernel_EqualsReference(string name, string kernel)
    {
        // ".../out7" or ".../out7_ratio2"
        var folder = name[..name.LastIndexOf('/')];
        var parts = name[(name.LastIndexOf('/') + 4)..].Split("_ratio");
        var resolution = int.Parse(parts[0]);
        using var features = Tensors.Of(File, "roi_align/features");
        var rois = File.Read<float>($"{folder}/rois").Chunk(5).ToArray();
        var batch = new RoiBatch(
            [.. rois.Select(roi => new Box(roi[1], roi[2], roi[3], roi[4]))],
            [.. rois.Select(roi => (int)roi[0])],
            new int[rois.Length]);
        using var pooled = RoiAlignKernels[kernel](
            [features], [File.Scalar<double>($"{folder}/scale")], batch, resolution, parts.Length > 1 ? int.Parse(parts[1]) : 0);
        Close.Absolute(File.Read<float>(name), pooled.ToArray<float>(), 5e-5, name);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(RoiAlignKernelNames))]
    public void RoiPooler_OverFourLevels_EqualsReference(string kernel)
    {
        using var scope = NewDisposeScope();
        string[] levels = ["p2", "p3", "p4", "p5"];
        var pyramid = levels.ToDictionary(level => level, level => Tensors.Of(File, $"roi_pooler/{level}"));
        var shapes = pyramid.ToDictionary(
            level => level.Key,
            level => new ShapeSpec((int)level.Value.size(1), 1 << (level.Key[1] - '0')));
        Box[][] boxes = [Tensors.Boxes(File, "roi_pooler/boxes_0"), Tensors.Boxes(File, "roi_pooler/boxes_1")];
        const string Output = "roi_pooler/out";
        var outputs = File.Names.Where(name => name.StartsWith(Output, StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(outputs);
        foreach (var resolution in outputs.Select(name => int.Parse(name[Output.Length..], CultureInfo.InvariantCulture)))
        {
            var pooler = new RoiPooler(levels, shapes, new PoolerConfig(resolution, 0), RoiAlignKernels[kernel]);
            using var pooled = pooler.Pool(pyramid, boxes);
            Close.Absolute(File.Read<float>($"roi_pooler/out{resolution}"), pooled.ToArray<float>(), 5e-5, $"out{resolution}");
        }
    }

    [Fact]
    public void ProposalSelection_WithNonFiniteInput_EqualsReference()
    {
        var sizes = File.Read<long>("rpn_selection/image_sizes_hw").Chunk(2);
        var images = sizes.Select(size => new ImageSize((int)size[0], (int)size[1])).ToArray();
        var cases = File.Cases("rpn_selection/", "logits");
        string[] levels = [.. cases.Where(name => name.StartsWith("level", StringComparison.Ordinal)).Order()];
        foreach (var (name, topK, postTopK, minSize) in new[] { ("out", 50, 40, 0), ("min12_out", 50, 1000, 12) })
        {
            for (var image = 0; image < images.Length; image++)
            {
                var candidates = levels.SelectMany((level, index) =>
                {
                    var perImage = (int)File.Shape($"rpn_selection/{level}/logits")[1];
                    var boxes = Tensors.Boxes(File, $"rpn_selection/{level}/boxes");
                    var logits = File.Read<float>($"rpn_selection/{level}/logits");
                    return Enumerable.Range(image * perImage, perImage)
                        .Select(i => (Box: boxes[i], Logit: logits[i], Level: index))
                        .OrderByDescending(candidate => float.IsNaN(candidate.Logit) ? float.PositiveInfinity : candidate.Logit)
                        .Take(topK);
                }).ToArray();
                var config = new RpnConfig([], topK, postTopK, 0.7, minSize, []);
                var selected = ProposalSelection.Select(
                    candidates.Select(c => c.Box).ToArray(),
                    candidates.Select(c => c.Logit).ToArray(),
                    candidates.Select(c => c.Level).ToArray(),
                    images[image],
                    config,
                    Nms.Fast);
                Assert.Equal(Tensors.Boxes(File, $"rpn_selection/{name}{image}/boxes"), selected.Boxes);
                Assert.Equal(File.Read<float>($"rpn_selection/{name}{image}/logits"), selected.Logits);
            }
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(SelectionCases))]
    public void DetectionSelection_WithNonFiniteInput_EqualsReference(string name)
    {
        var prefix = $"detection_selection/{name}";
        var numClasses = (int)File.Shape("detection_selection/in_scores")[1] - 1;
        var config = new RoiHeadsConfig(
            numClasses, [], File.Scalar<double>($"{prefix}/score_threshold"), 0.5, (int)File.Scalar<long>($"{prefix}/topk"),
            new PoolerConfig(7, 0), 0, 1, 1, 1, [], ClassAgnosticBoxes: false);
        var selected = DetectionSelection.Select(
            File.Read<Box>("detection_selection/in_boxes"), File.Read<float>("detection_selection/in_scores"),
            Tensors.Size(File, "detection_selection/image_size_hw"), config, Nms.Fast);
        Assert.Equal(Tensors.Boxes(File, $"{prefix}/boxes"), selected.Boxes);
        Assert.Equal(File.Read<float>($"{prefix}/scores"), selected.Scores);
        Assert.Equal(Tensors.Ints(File, $"{prefix}/classes"), selected.Classes);
        Assert.Equal(Tensors.Ints(File, $"{prefix}/row"), selected.Rows);
    }

    [Fact]
    public void ImageList_OneImageAndBatch_EqualReference()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (Tensors.Of(File, "image_list/a"), Tensors.Of(File, "image_list/b"));
        var (single, batch) = (ImageList.Batch([a], null, null, 32, CPU), ImageList.Batch([a, b], null, null, 32, CPU));
        Close.Absolute(File.Read<float>("image_list/single"), single.ToArray<float>(), 0, "single");
        Close.Absolute(File.Read<float>("image_list/batch"), batch.ToArray<float>(), 0, "batch");
    }

    [Fact]
    public void MaskPaster_BothForms_EqualReference()
    {
        var (size, boxes) = (Tensors.Size(File, "paste/size_hw"), Tensors.Boxes(File, "paste/boxes"));
        var (masks, expected) = (File.Read<float>("paste/masks"), File.Read<byte>("paste/out"));
        var side = (int)File.Shape("paste/masks")[1];
        var pixels = size.Height * size.Width;
        var soft = File.Read<float>(Single("paste/soft_first_"));
        var bytes = File.Read<byte>(Single("paste/out_u8_first_"));
        for (var i = 0; i < boxes.Length; i++)
        {
            var mask = masks.AsSpan(i * side * side, side * side);
            var own = expected[(i * pixels)..((i + 1) * pixels)];
            Assert.Equal(own, MaskPaster.PasteToRle(mask, side, boxes[i], size).Decode());
            var plain = MaskPaster.PasteSoft(mask, side, boxes[i], size);
            Assert.Equal(own, plain.Select(value => value >= 0.5f ? (byte)1 : (byte)0).ToArray());
            if (i * pixels < soft.Length)
            {
                Close.Absolute(soft.AsSpan(i * pixels, pixels), plain, 2e-5, $"soft {i}");
                // value * 255 cut off: rounding noise may move a value over a whole number.
                for (var p = 0; p < pixels; p++)
                {
                    Assert.InRange(bytes[(i * pixels) + p], (int)((plain[p] - 2e-5f) * 255), (int)((plain[p] + 2e-5f) * 255));
                }
            }
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(PostprocessCases))]
    public void Postprocess_ToOtherSizes_EqualsReference(string name)
    {
        var prefix = $"postprocess/{name}";
        var boxes = Tensors.Boxes(File, $"{prefix}/boxes");
        var (scores, classes) = (File.Read<float>($"{prefix}/scores"), Tensors.Ints(File, $"{prefix}/classes"));
        var detections = new BoxDetections(boxes, scores, classes, new int[boxes.Length]);
        var (input, output) = (Tensors.Size(File, $"{prefix}/in_size_hw"), Tensors.Size(File, $"{prefix}/out_size_hw"));
        var result = DetectorPostprocess.Apply(detections, File.Read<float>($"{prefix}/mask_probs"), input, output);
        Close.Absolute(File.Read<float>($"{prefix}/out_boxes"), MemoryMarshal.Cast<Box, float>(result.Boxes), 1e-4, "boxes");
        Assert.Equal(File.Read<float>($"{prefix}/out_scores"), result.Scores);
        Assert.Equal(Tensors.Ints(File, $"{prefix}/out_classes"), result.Classes);
        var masks = File.Read<byte>($"{prefix}/out_masks");
        var pixels = output.Height * output.Width;
        for (var i = 0; i < result.Count; i++)
        {
            var pasted = MaskPaster.PasteToRle(result.Mask(i), result.MaskSide, result.Boxes[i], output);
            Assert.Equal(masks[(i * pixels)..((i + 1) * pixels)], pasted.Decode());
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(RleCases))]
    public void Rle_OfEachMask_EqualsReference(string prefix)
    {
        var shape = File.Shape($"{prefix}/masks");
        var size = new ImageSize((int)shape[1], (int)shape[2]);
        var masks = File.Read<byte>($"{prefix}/masks");
        var (counts, offsets) = (File.Read<int>($"{prefix}/rle_counts"), File.Read<long>($"{prefix}/rle_counts_offsets"));
        var strings = File.Strings($"{prefix}/rle_strings");
        var boxes = File.Read<double>($"{prefix}/mask_bboxes_xywh").Chunk(4).ToArray();
        for (var i = 0; i < shape[0]; i++)
        {
            var mask = masks.AsSpan(i * size.Height * size.Width, size.Height * size.Width);
            var rle = Rle.Encode(mask, size);
            Assert.Equal(counts[(int)offsets[i]..(int)offsets[i + 1]], rle.Counts.Select(count => (int)count));
            Assert.Equal(strings[i], rle.ToString());
            Assert.Equal(rle.Counts, Rle.Parse(strings[i], size).Counts);
            Assert.Equal(mask.ToArray(), rle.Decode());
            Assert.Equal(File.Read<long>($"{prefix}/mask_areas")[i], rle.Area);
            var (x, y, width, height) = rle.BoundingBox();
            Assert.Equal(boxes[i], new double[] { x, y, width, height });
        }
    }

    [Fact]
    public void Rle_IoUAndUnion_EqualReference()
    {
        var shape = File.Shape("rle/masks");
        var size = new ImageSize((int)shape[1], (int)shape[2]);
        Rle[] masks = [.. File.Strings("rle/rle_strings").Select(text => Rle.Parse(text, size))];
        foreach (var (name, isCrowd) in new[] { ("iou", false), ("iou_crowd", true) })
        {
            var actual = (from a in masks from b in masks select Rle.IoU(a, b, isCrowd)).ToArray();
            Assert.All(File.Read<double>($"rle/{name}").Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        }

        var union = File.Names.Single(name => name.StartsWith("rle/union_of_", StringComparison.Ordinal));
        Rle[] members = [.. union["rle/union_of_".Length..].Split('_').Select(index => masks[int.Parse(index)])];
        Assert.Equal(File.Read<byte>(union), Rle.Union(members).Decode());
    }

    [Fact]
    public void Polygons_ToMask_EqualReference()
    {
        var size = Tensors.Size(File, "polygon/size_hw");
        var masks = File.Read<byte>("polygon/masks");
        var (areas, strings) = (File.Read<long>("polygon/areas"), File.Strings("polygon/rle_strings"));
        var instances = InstancePolygons();
        Assert.Equal(instances.Count, areas.Length);
        for (var i = 0; i < areas.Length; i++)
        {
            var mask = Polygons.ToMask(instances[i], size);
            Assert.Equal(masks[(i * size.Height * size.Width)..((i + 1) * size.Height * size.Width)], mask.Decode());
            Assert.Equal((areas[i], strings[i]), (mask.Area, mask.ToString()));
        }
    }

    [Fact]
    public void MaskTargets_FromPolygonsAndBitmaps_EqualReference()
    {
        var size = Tensors.Size(File, "polygon/size_hw");
        var (masks, boxes) = (File.Read<byte>("polygon/masks"), Tensors.Boxes(File, "mask_target/boxes"));
        var instances = InstancePolygons();

        // "mask_target/polygon_28", beside "mask_target/polygon_bounding_boxes".
        var ofPolygons = File.Names.Single(name => Regex.IsMatch(name, @"^mask_target/polygon_\d+$"));
        var side = (int)File.Shape(ofPolygons)[1];
        var fromPolygons = File.Read<byte>(ofPolygons);
        var fromBitmaps = File.Read<byte>($"mask_target/bitmask_{side}");
        for (var i = 0; i < boxes.Length; i++)
        {
            var target = (i * side * side)..((i + 1) * side * side);
            Assert.Equal(fromPolygons[target], MaskTargets.FromPolygons(instances[i], boxes[i], side));
            var mask = masks.AsSpan(i * size.Height * size.Width, size.Height * size.Width);
            foreach (var kernel in RoiAlignKernels.Values)
            {
                Assert.Equal(fromBitmaps[target], MaskTargets.FromBitmap(mask, size, boxes[i], side, kernel));
            }
        }
    }

    /// <summary>For each instance its polygons: parts of one object have the same number.</summary>
    private static List<List<double[]>> InstancePolygons()
    {
        var (coordinates, offsets) = (File.Read<double>("polygon/coordinates"), File.Read<long>("polygon/offsets"));
        return [.. File.Read<long>("polygon/instance_of_part")
            .Select((instance, part) => (instance, Polygon: coordinates[(int)offsets[part]..(int)offsets[part + 1]]))
            .GroupBy(item => item.instance)
            .OrderBy(group => group.Key)
            .Select(group => group.Select(item => item.Polygon).ToList())];
    }

    /// <summary>The only name with a prefix; what follows it is a count.</summary>
    private static string Single(string prefix)
    {
        return File.Names.Single(name => name.StartsWith(prefix, StringComparison.Ordinal));
    }

    private static TheoryData<string> Cases(string prefix, string member)
    {
        return [.. GoldenFile.TryOpen(FileName)?.Cases(prefix, member) ?? []];
    }
}
