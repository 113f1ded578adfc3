using Streaming.Config.Detectron;
using Streaming.Model;
using Streaming.Model.Ops;
using Streaming.Model.Structures;
using TorchSharp;
using static TorchSharp.torch;

namespace Streaming.Training;

/// <summary>The losses of a batch: scalars that can be differentiated.</summary>
/// <param name="RpnClass">"loss_rpn_cls".</param>
/// <param name="RpnBox">"loss_rpn_loc".</param>
/// <param name="Class">"loss_cls".</param>
/// <param name="Box">"loss_box_reg".</param>
/// <param name="Mask">"loss_mask"; null for a network without masks.</param>
internal sealed record TrainingLosses(Tensor RpnClass, Tensor RpnBox, Tensor Class, Tensor Box, Tensor? Mask)
{
    /// <summary>By detectron2's names.</summary>
    public IEnumerable<(string Name, Tensor Value)> All
    {
        get
        {
            (string, Tensor)[] losses = [("loss_rpn_cls", RpnClass), ("loss_rpn_loc", RpnBox), ("loss_cls", Class), ("loss_box_reg", Box)];
            return Mask is null ? losses : losses.Append(("loss_mask", Mask));
        }
    }
}

/// <summary>The network in training mode: GeneralizedRCNN.forward with ground truth.</summary>
/// <param name="network">Learns.</param>
/// <param name="config">How.</param>
internal sealed class LossComputer(MaskRcnn network, TrainingConfig config)
{
    private readonly RpnConfig _proposing = config.Model.Rpn with { PreNmsTopK = config.Rpn.PreNmsTopK, PostNmsTopK = config.Rpn.PostNmsTopK };

    /// <summary>The losses of a batch. The caller owns them.</summary>
    /// <param name="batch">(N, 3, H, W), normalised and padded.</param>
    /// <param name="images">Sizes of the N images without padding.</param>
    /// <param name="truth">What is in each.</param>
    /// <param name="subsampler">Chooses anchors, image by image, then proposals.</param>
    public TrainingLosses Compute(Tensor batch, IReadOnlyList<ImageSize> images, IReadOnlyList<GroundTruth> truth, ISubsampler subsampler)
    {
        using var scope = NewDisposeScope();
        var pyramid = network.Backbone.Forward(batch);
        var predictions = network.ProposalGenerator.Predict(pyramid);
        var (rpnClass, rpnBox) = RpnLosses(predictions, images, truth, subsampler);
        Box[][] proposals;
        using (no_grad())
        {
            proposals = [.. network.ProposalGenerator.Propose(predictions, images, _proposing).Select(found => found.Boxes)];
        }

        ProposalLabels[] labels = [.. proposals.Zip(truth, (boxes, objects) => ProposalLabels.Of(boxes, objects, config.Model.RoiHeads.NumClasses, config.RoiHeads, subsampler))];
        var (boxClass, box) = BoxLosses(pyramid, labels, truth);
        var mask = config.Model.MaskHead is null ? null : MaskLoss(pyramid, labels, truth);
        foreach (var loss in new[] { rpnClass, rpnBox, boxClass, box, mask })
        {
            loss?.MoveToOuterDisposeScope();
        }

        return new TrainingLosses(rpnClass, rpnBox, boxClass, box, mask);
    }

    private (Tensor Class, Tensor Box) RpnLosses(
        IReadOnlyList<(Tensor Logits, Tensor Deltas, ImageSize FeatureSize)> predictions,
        IReadOnlyList<ImageSize> images,
        IReadOnlyList<GroundTruth> truth,
        ISubsampler subsampler)
    {
        var anchors = cat([.. predictions.Select((level, i) => network.ProposalGenerator.Anchors(i, level.FeatureSize))]).ToBoxes();
        var logits = cat([.. predictions.Select(level => level.Logits)], 1).flatten();
        var deltas = cat([.. predictions.Select(level => level.Deltas)], 1).reshape(-1, 4);
        var (valid, isObject, positives) = (new List<long>(), new List<float>(), new List<long>());
        var (anchorBoxes, trueBoxes) = (new List<Box>(), new List<Box>());
        for (var i = 0; i < images.Count; i++)
        {
            var labels = AnchorLabels.Of(anchors, truth[i].Boxes, images[i], config.Rpn, subsampler);
            var first = (long)i * anchors.Length;
            positives.AddRange(labels.Positives.Select(anchor => first + anchor));
            valid.AddRange(labels.Positives.Concat(labels.Negatives).Select(anchor => first + anchor));
            isObject.AddRange(Enumerable.Repeat(1f, labels.Positives.Count).Concat(Enumerable.Repeat(0f, labels.Negatives.Count)));
            anchorBoxes.AddRange(labels.Positives.Select(anchor => anchors[anchor]));
            trueBoxes.AddRange(labels.Truth);
        }

        // Divided by what was wanted, not by what there was.
        var normaliser = (double)config.Rpn.Matching.BatchSizePerImage * images.Count;
        var objectness = LossFunctions.BinarySum(Rows(logits, valid), from_array(isObject.ToArray()).to(logits.device));
        var box = BoxLoss(Rows(deltas, positives), anchorBoxes, trueBoxes, config.Model.Rpn.BoxWeights, config.Rpn.SmoothL1Beta);
        return (objectness.mul(Scalars.Of(config.Rpn.ClassWeight / normaliser)), box.mul(Scalars.Of(config.Rpn.BoxWeight / normaliser)));
    }

    private (Tensor Class, Tensor Box) BoxLosses(Dictionary<string, Tensor> pyramid, ProposalLabels[] labels, IReadOnlyList<GroundTruth> truth)
    {
        using var pooled = network.RoiHeads.PoolForBoxes(pyramid, [.. labels.Select(image => image.Boxes)]);
        var (_, logits, deltas) = network.RoiHeads.PredictBoxes(pooled);
        int[] classes = [.. labels.SelectMany(image => image.Classes)];
        if (classes.Length == 0)
        {
            return (LossFunctions.Nothing(logits), LossFunctions.Nothing(deltas));
        }

        var classLoss = nn.functional.cross_entropy(logits, tensor(classes, dtype: ScalarType.Int64, device: logits.device));
        // A row for each class of each proposal; of a foreground proposal its own class's row learns.
        var rowsPerProposal = config.Model.RoiHeads.ClassAgnosticBoxes ? 1 : config.Model.RoiHeads.NumClasses;
        var rows = classes.Select((c, i) => (Class: c, Row: ((long)i * rowsPerProposal) + (rowsPerProposal == 1 ? 0 : c)))
            .Where(item => item.Class < config.Model.RoiHeads.NumClasses).Select(item => item.Row).ToList();
        Box[] boxes = [.. labels.SelectMany(image => image.Boxes.Take(image.Positives))];
        Box[] trueBoxes = [.. labels.SelectMany((image, i) => image.Truth.Select(index => truth[i].Boxes[index]))];
        var box = BoxLoss(Rows(deltas.reshape(-1, 4), rows), boxes, trueBoxes, config.Model.RoiHeads.BoxWeights, config.RoiHeads.SmoothL1Beta);

        // By all proposals, foreground or not, so that each foreground one weighs the same in every batch.
        using var weight = (config.RoiHeads.BoxWeight / classes.Length).ToScalar();
        return (classLoss, box.mul(weight));
    }

    private Tensor MaskLoss(Dictionary<string, Tensor> pyramid, ProposalLabels[] labels, IReadOnlyList<GroundTruth> truth)
    {
        Box[][] boxes = [.. labels.Select(image => image.Boxes[..image.Positives])];
        int[] classes = [.. labels.SelectMany(image => image.Classes.Take(image.Positives))];
        if (classes.Length == 0)
        {
            return LossFunctions.Nothing(pyramid.Values.First());
        }

        var logits = network.RoiHeads.MaskLogits(pyramid, boxes, classes)!;
        var side = (int)logits.size(1);
        var targets = new byte[classes.Length][];
        var jobs = labels.SelectMany((image, i) => image.Truth.Select((index, p) => (Mask: truth[i].Masks[index], Box: image.Boxes[p]))).ToArray();
        Parallel.For(0, jobs.Length, i => targets[i] = jobs[i].Mask.Target(jobs[i].Box, side));
        var target = from_array(targets.SelectMany(row => row).ToArray()).reshape(logits.shape).to(ScalarType.Float32).to(logits.device);
        return LossFunctions.BinaryMean(logits, target);
    }

    private static Tensor BoxLoss(Tensor deltas, IReadOnlyList<Box> from, IReadOnlyList<Box> to, IReadOnlyList<double> weights, double beta)
    {
        if (from.Count == 0)
        {
            return LossFunctions.Nothing(deltas);
        }

        var target = BoxTransform.Get(((ReadOnlySpan<Box>)from.ToArray()).ToTensor(deltas.device), ((ReadOnlySpan<Box>)to.ToArray()).ToTensor(deltas.device), weights);
        return LossFunctions.SmoothL1Sum(deltas, target, beta);
    }

    private static Tensor Rows(Tensor values, List<long> rows)
    {
        return values.index_select(0, from_array(rows.ToArray()).to(values.device));
    }
}
