using Streaming.Config.Detectron;
using Streaming.Model;
using Streaming.Model.Layers;
using Streaming.Model.MaskRcnn;
using Streaming.Model.Networks;
using Streaming.Model.Ops;
using Streaming.Model.Structures;
using Streaming.Model.Weights;
using Streaming.Training.Data;
using Streaming.Training.Losses;
using Streaming.Training.Solver;
using static TorchSharp.torch;

namespace Streaming.Training.Tests;

/// <summary>A training step against detectron2's (training.safetensors): labels, losses and gradients.</summary>
public sealed class LossTests
{
    /// <summary>
    /// Of a loss, and of a parameter's largest gradient. detectron2 against itself, with other threads, differs by up to 8.5e-6
    /// of a loss over its models (golden/family); the reference has that noise and what is compared with it its own, so twice
    /// as much is allowed, and a little. Gradients: section 4 of the golden folder's README.
    /// </summary>
    private const double LossTolerance = 2e-5, GradientTolerance = 5e-5;

    private static GoldenFile File => GoldenFile.Open("training.safetensors");

    public static TheoryData<string> Passes()
    {
        return [.. GoldenFile.TryOpen("training.safetensors")?.Cases("", "anchor_labels") ?? []];
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Passes))]
    public void Step_OnOneImage_HasTheReferencesLossesAndGradients(string pass)
    {
        var config = Config(pass);
        using var network = Network(config);
        var truth = Truth(isPolygon: pass.EndsWith("polygon", StringComparison.Ordinal));
        var size = Tensors.Size(File, "gt/size_hw");
        using var image = from_array(File.Read<byte>("image")).reshape(size.Height, size.Width, 3).permute(2, 0, 1);
        using var mean = from_array(config.Model.Input.PixelMean.Select(value => (float)value).ToArray()).reshape(3, 1, 1);
        using var batch = ImageList.Batch([image], mean, null, network.Network.SizeDivisibility, CPU);
        var losses = LossComputers.For(network.Network, config).Compute(batch, [size], [truth], new Recorded(pass));
        using (var scope = NewDisposeScope())
        {
            foreach (var (name, value) in losses.All)
            {
                var expected = File.Read<float>($"{pass}/losses/{name}");
                Close.RelativeToLargest(expected, value.detach().ToArray<float>(), LossTolerance, name);
            }

            losses.All.Select(loss => loss.Value).Aggregate(Scalars.Plus).backward();
        }

        var parameters = network.Modules.named_parameters().ToDictionary(item => item.name, item => item.parameter);
        foreach (var name in File.Metadata["frozen"].Split(' '))
        {
            Assert.False(parameters[name].requires_grad, name);
        }

        foreach (var name in File.Names.Where(name => name.StartsWith($"{pass}/grad", StringComparison.Ordinal)))
        {
            using var scope = NewDisposeScope();
            var gradient = parameters[name.Split('/')[2]].grad!;
            if (name.Split('/')[1] == "grad")
            {
                Close.RelativeToLargest(File.Read<float>(name), gradient.ToArray<float>(), GradientTolerance, name);
            }
            else
            {
                var norm = Math.Sqrt(gradient.ToArray<float>().Sum(value => (double)value * value));
                Close.RelativeToLargest([(float)File.Scalar<double>(name)], [(float)norm], GradientTolerance, name);
            }
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Passes))]
    public void Matching_OfAnchorsAndProposals_EqualsReference(string pass)
    {
        var config = Config(pass);
        using var network = Network(config);
        var truth = Truth(isPolygon: true);
        var size = Tensors.Size(File, "gt/size_hw");
        using var scope = NewDisposeScope();
        var rpn = network.Network.Anchors;
        var anchors = cat([.. config.Model.Rpn.InFeatures.Select((_, i) => rpn.Grid(i, Reduced(size, 4 << i)))]).ToBoxes();
        var (matches, labels) = Matcher.Match(truth.Boxes, anchors, config.Rpn.Matching, allowLowQuality: true);
        Assert.Equal(Tensors.Ints(File, $"{pass}/anchor_matched_gt"), matches);
        Assert.Equal(Tensors.Ints(File, $"{pass}/anchor_labels"), labels.Select(label => (int)label));

        Box[] proposals = [.. Tensors.Boxes(File, $"{pass}/proposals"), .. truth.Boxes];
        (matches, labels) = Matcher.Match(truth.Boxes, proposals, config.RoiHeads.Matching, allowLowQuality: false);
        Assert.Equal(Tensors.Ints(File, $"{pass}/roi_matched_gt"), matches);
        Assert.Equal(Tensors.Ints(File, $"{pass}/roi_match_labels"), labels.Select(label => (int)label));

        var sampled = ProposalLabels.Of(
            Tensors.Boxes(File, $"{pass}/proposals"),
            truth,
            config.Model.RoiHeads.NumClasses,
            config.RoiHeads,
            new Recorded(pass, skipsAnchors: true));
        Assert.Equal(Tensors.Boxes(File, $"{pass}/roi_boxes"), sampled.Boxes);
        Assert.Equal(Tensors.Ints(File, $"{pass}/roi_sampled_classes"), sampled.Classes);

        var masks = Truth(isPolygon: pass.EndsWith("polygon", StringComparison.Ordinal)).Masks;
        var side = (int)File.Shape($"{pass}/mask_targets")[1];
        var targets = sampled.Truth.SelectMany((index, i) => masks[index].Target(sampled.Boxes[i], side));
        Assert.Equal(File.Read<byte>($"{pass}/mask_targets"), targets);

        static ImageSize Reduced(ImageSize size, int stride)
        {
            return new ImageSize((size.Height + stride - 1) / stride, (size.Width + stride - 1) / stride);
        }
    }

    [Fact]
    public void Step_WithoutObjects_LearnsBackgroundOnly()
    {
        var config = TrainingConfigReader.Read(Testing.Golden.File("tiny.yaml"));
        using var network = Network(config);
        using var batch = zeros(2, 3, 64, 96);
        var nothing = new GroundTruth([], [], []);
        var losses = LossComputers.For(network.Network, config).Compute(
            batch, [new ImageSize(64, 96), new ImageSize(64, 90)], [nothing, nothing], new RandomSubsampler(new Random(1)));
        using var scope = NewDisposeScope();
        var values = losses.All.ToDictionary(loss => loss.Name, loss => loss.Value.item<float>());
        Assert.Equal((0f, 0f, 0f), (values["loss_rpn_loc"], values["loss_box_reg"], values["loss_mask"]));
        Assert.InRange(values["loss_rpn_cls"], 0.01f, 100f);
        Assert.InRange(values["loss_cls"], 0.01f, 100f);
        losses.All.Select(loss => loss.Value).Aggregate(Scalars.Plus).backward();
    }

    private static TrainingConfig Config(string pass)
    {
        var rpn = File.Scalar<long>($"{pass}/settings/rpn_batch_size_per_image");
        var roi = File.Scalar<long>($"{pass}/settings/roi_batch_size_per_image");
        return TrainingConfigReader.Read(
            Testing.Golden.File("tiny.yaml"),
            [$"MODEL.RPN.BATCH_SIZE_PER_IMAGE={rpn}", $"MODEL.ROI_HEADS.BATCH_SIZE_PER_IMAGE={roi}"]);
    }

    private static Learner Network(TrainingConfig config)
    {
        var learner = new Learner(config.Model);
        WeightsLoader.LoadSynthetic(learner.Modules, new SyntheticWeights(File.Metadata["seed"], File.Metadata["table"]));
        Freezing.Train(learner.Modules, config.Model.ResNet.FreezeAt);
        return learner;
    }

    private static GroundTruth Truth(bool isPolygon)
    {
        var size = Tensors.Size(File, "gt/size_hw");
        var classes = Tensors.Ints(File, "gt/classes");
        var (coordinates, offsets) = (File.Read<double>("gt/polygon_coordinates"), Tensors.Ints(File, "gt/polygon_offsets"));
        var instances = Tensors.Ints(File, "gt/polygon_instance");
        var bitmaps = File.Read<byte>("gt/bitmasks");
        return new GroundTruth(
            Tensors.Boxes(File, "gt/boxes"),
            classes,
            [.. classes.Select((_, i) => isPolygon
                ? (InstanceMask)new PolygonMask(Polygons(i))
                : new BitmapMask(bitmaps[(i * size.Height * size.Width)..((i + 1) * size.Height * size.Width)], size))]);

        double[][] Polygons(int instance)
        {
            var parts = Enumerable.Range(0, instances.Length).Where(part => instances[part] == instance);
            return [.. parts.Select(part => coordinates[offsets[part]..offsets[part + 1]])];
        }
    }

    /// <summary>What chance chose in the reference's run: first anchors, then proposals.</summary>
    private sealed class Recorded(string pass, bool skipsAnchors = false) : ISubsampler
    {
        private bool _isSecond = skipsAnchors;

        public (IReadOnlyList<int> Positives, IReadOnlyList<int> Negatives) Choose(
            IReadOnlyList<int> positives, IReadOnlyList<int> negatives, MatchingConfig config)
        {
            if (!_isSecond)
            {
                _isSecond = true;
                var labels = Tensors.Ints(File, $"{pass}/anchor_labels_sampled");
                int[] Of(int label)
                {
                    return [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] == label)];
                }

                Assert.Empty(Of(1).Except(positives));
                Assert.Empty(Of(0).Except(negatives));
                return (Of(1), Of(0));
            }

            var sampled = Tensors.Ints(File, $"{pass}/roi_sampled");
            var objects = positives.ToHashSet();
            Assert.Empty(sampled.Except(positives.Concat(negatives)));
            return ([.. sampled.Where(objects.Contains)], [.. sampled.Where(i => !objects.Contains(i))]);
        }
    }

    /// <summary>A network and the modules that it is built of.</summary>
    private sealed class Learner : IDisposable
    {
        public Learner(ModelConfig config)
        {
            Network = (MaskRcnnNetwork)Architectures.Of(config).Build(Modules, NetworkTarget.Of(CPU));
        }

        public ModuleScope Modules { get; } = new("network");

        public MaskRcnnNetwork Network { get; }

        public void Dispose()
        {
            Network.Dispose();
            Modules.Dispose();
        }
    }
}
