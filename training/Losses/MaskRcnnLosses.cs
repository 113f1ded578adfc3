using Streaming.Config.Detectron;
using Streaming.Model.MaskRcnn;
using Streaming.Model.Ops;
using Streaming.Model.Proposals;
using Streaming.Model.Structures;
using Streaming.Training.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Streaming.Training.Losses;

/// <summary>Mask R-CNN in training mode: GeneralizedRCNN.forward with ground truth.</summary>
internal sealed class MaskRcnnLosses : ILossComputer
{
    private readonly MaskRcnnNetwork _network;
    private readonly MaskRcnnLayers _layers;
    private readonly TrainingConfig _config;
    private readonly ProposalGenerator _generator;

    /// <param name="network">Learns.</param>
    /// <param name="config">How.</param>
    public MaskRcnnLosses(MaskRcnnNetwork network, TrainingConfig config)
    {
        (_network, _layers, _config) = (network, network.Layers, config);
        var rpn = config.Model.Rpn with { PreNmsTopK = config.Rpn.PreNmsTopK, PostNmsTopK = config.Rpn.PostNmsTopK };
        _generator = new ProposalGenerator(rpn, network.Anchors, Nms.Fast);
    }

    /// <inheritdoc/>
    public TrainingLosses Compute(
        Tensor batch, IReadOnlyList<ImageSize> images, IReadOnlyList<GroundTruth> truth, ISubsampler subsampler)
    {
        using var scope = NewDisposeScope();
        var pyramid = _layers.Backbone.Forward(batch);
        var predictions = _layers.RpnHead.Forward(pyramid);
        var (rpnClass, rpnBox) = RpnLosses(predictions, images, truth, subsampler);
        Box[][] proposals;
        using (no_grad())
        {
            proposals = [.. _generator.Propose(predictions, images).Select(found => found.Boxes)];
        }

        var classes = _config.Model.RoiHeads.NumClasses;
        ProposalLabels[] labels =
        [
            .. proposals.Zip(truth, (boxes, objects) => ProposalLabels.Of(boxes, objects, classes, _config.RoiHeads, subsampler)),
        ];
        var (boxClass, box) = BoxLosses(pyramid, labels, truth);
        var mask = _config.Model.MaskHead is null ? null : MaskLoss(pyramid, labels, truth);
        var losses = new List<(string Name, Tensor Value)>
        {
            ("loss_rpn_cls", rpnClass), ("loss_rpn_loc", rpnBox), ("loss_cls", boxClass), ("loss_box_reg", box),
        };
        if (mask is not null)
        {
            losses.Add(("loss_mask", mask));
        }

        losses.ForEach(loss => loss.Value.MoveToOuterDisposeScope());
        return new TrainingLosses(losses);
    }

    private (Tensor Class, Tensor Box) RpnLosses(
        IReadOnlyList<LevelPrediction> predictions,
        IReadOnlyList<ImageSize> images,
        IReadOnlyList<GroundTruth> truth,
        ISubsampler subsampler)
    {
        var anchors = cat([.. predictions.Select((level, i) => _network.Anchors.Grid(i, level.FeatureSize))]).ToBoxes();
        var logits = cat([.. predictions.Select(level => level.Logits)], 1).flatten();
        var deltas = cat([.. predictions.Select(level => level.Deltas)], 1).reshape(-1, 4);
        var (valid, isObject, positives) = (new List<long>(), new List<float>(), new List<long>());
        var (anchorBoxes, trueBoxes) = (new List<Box>(), new List<Box>());
        for (var i = 0; i < images.Count; i++)
        {
            var labels = AnchorLabels.Of(anchors, truth[i].Boxes, images[i], _config.Rpn, subsampler);
            var first = (long)i * anchors.Length;
            positives.AddRange(labels.Positives.Select(anchor => first + anchor));
            valid.AddRange(labels.Positives.Concat(labels.Negatives).Select(anchor => first + anchor));
            isObject.AddRange(
                Enumerable.Repeat(1f, labels.Positives.Count).Concat(Enumerable.Repeat(0f, labels.Negatives.Count)));
            anchorBoxes.AddRange(labels.Positives.Select(anchor => anchors[anchor]));
            trueBoxes.AddRange(labels.Truth);
        }

        // Divided by what was wanted, not by what there was.
        var normaliser = (double)_config.Rpn.Matching.BatchSizePerImage * images.Count;
        var objectness = LossFunctions.BinarySum(Rows(logits, valid), from_array(isObject.ToArray()).to(logits.device));
        var box = BoxLoss(
            Rows(deltas, positives), anchorBoxes, trueBoxes, _config.Model.Rpn.BoxWeights, _config.Rpn.SmoothL1Beta);
        var (classWeight, boxWeight) = (_config.Rpn.ClassWeight / normaliser, _config.Rpn.BoxWeight / normaliser);
        return (objectness.mul(Scalars.Of(classWeight)), box.mul(Scalars.Of(boxWeight)));
    }

    private (Tensor Class, Tensor Box) BoxLosses(
        Dictionary<string, Tensor> pyramid, ProposalLabels[] labels, IReadOnlyList<GroundTruth> truth)
    {
        using var pooled = _network.HostSteps.PoolForBoxes(pyramid, [.. labels.Select(image => image.Boxes)]);
        var (logits, deltas) = _layers.PredictBoxes(pooled);
        int[] classes = [.. labels.SelectMany(image => image.Classes)];
        if (classes.Length == 0)
        {
            return (LossFunctions.Nothing(logits), LossFunctions.Nothing(deltas));
        }

        var classLoss = nn.functional.cross_entropy(logits, tensor(classes, dtype: ScalarType.Int64, device: logits.device));
        // A row for each class of each proposal; of a foreground proposal its own class's row learns.
        var rowsPerProposal = _config.Model.RoiHeads.ClassAgnosticBoxes ? 1 : _config.Model.RoiHeads.NumClasses;
        var rows = classes.Select((c, i) => (Class: c, Row: ((long)i * rowsPerProposal) + (rowsPerProposal == 1 ? 0 : c)))
            .Where(item => item.Class < _config.Model.RoiHeads.NumClasses).Select(item => item.Row).ToList();
        Box[] boxes = [.. labels.SelectMany(image => image.Boxes.Take(image.Positives))];
        Box[] trueBoxes = [.. labels.SelectMany((image, i) => image.Truth.Select(index => truth[i].Boxes[index]))];
        var foreground = Rows(deltas.reshape(-1, 4), rows);
        var box = BoxLoss(foreground, boxes, trueBoxes, _config.Model.RoiHeads.BoxWeights, _config.RoiHeads.SmoothL1Beta);

        // By all proposals, foreground or not, so that each foreground one weighs the same in every batch.
        using var weight = (_config.RoiHeads.BoxWeight / classes.Length).ToScalar();
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

        var pooled = _network.HostSteps.PoolForMasks(pyramid, boxes);
        var logits = _layers.MaskHead!.Forward(pooled, tensor(classes, dtype: ScalarType.Int64, device: pooled.device));
        var side = (int)logits.size(1);
        var targets = new byte[classes.Length][];
        (InstanceMask Mask, Box Box)[] jobs =
        [
            .. labels.SelectMany((image, i) => image.Truth.Select((index, p) => (truth[i].Masks[index], image.Boxes[p]))),
        ];
        Parallel.For(0, jobs.Length, i => targets[i] = jobs[i].Mask.Target(jobs[i].Box, side));
        var pixels = from_array(targets.SelectMany(row => row).ToArray());
        var target = pixels.reshape(logits.shape).to(ScalarType.Float32).to(logits.device);
        return LossFunctions.BinaryMean(logits, target);
    }

    private static Tensor BoxLoss(
        Tensor deltas, IReadOnlyList<Box> from, IReadOnlyList<Box> to, IReadOnlyList<double> weights, double beta)
    {
        if (from.Count == 0)
        {
            return LossFunctions.Nothing(deltas);
        }

        var target = BoxTransform.Get(ToTensor(from), ToTensor(to), weights);
        return LossFunctions.SmoothL1Sum(deltas, target, beta);

        Tensor ToTensor(IReadOnlyList<Box> boxes)
        {
            return ((ReadOnlySpan<Box>)boxes.ToArray()).ToTensor(deltas.device);
        }
    }

    private static Tensor Rows(Tensor values, List<long> rows)
    {
        return values.index_select(0, from_array(rows.ToArray()).to(values.device));
    }
}
