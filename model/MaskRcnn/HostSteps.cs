using Streaming.Config.Detectron;
using Streaming.Model.Heads;
using Streaming.Model.Ops;
using Streaming.Model.Proposals;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.MaskRcnn;

/// <summary>Regions as lists on the host, wherever the layers are: the general way.</summary>
internal sealed class HostSteps : IRegionSteps<IReadOnlyList<ImageSize>, Proposals.Proposals[], BoxDetections[]>, IDisposable
{
    private readonly RoiHeadsConfig _config;
    private readonly Kernels _kernels;
    private readonly ImageBatcher _batcher;
    private readonly ProposalGenerator _generator;
    private readonly RoiPooler _boxPooler;
    private readonly RoiPooler? _maskPooler;

    /// <param name="config">The configuration.</param>
    /// <param name="pyramid">What each level of the pyramid is.</param>
    /// <param name="batcher">Makes the network's input; owned by this instance.</param>
    /// <param name="anchors">Of the RPN's levels; their owner's.</param>
    /// <param name="kernels">ROIAlign for the layers' device, and suppression.</param>
    public HostSteps(
        ModelConfig config,
        IReadOnlyDictionary<string, ShapeSpec> pyramid,
        ImageBatcher batcher,
        AnchorGenerator anchors,
        Kernels kernels)
    {
        (_config, _kernels, _batcher) = (config.RoiHeads, kernels, batcher);
        _generator = new ProposalGenerator(config.Rpn, anchors, kernels.Nms);
        _boxPooler = new RoiPooler(_config.InFeatures, pyramid, _config.Pooler, kernels.RoiAlign);
        _maskPooler = config.MaskHead is { } mask
            ? new RoiPooler(_config.InFeatures, pyramid, mask.Pooler, kernels.RoiAlign)
            : null;
    }

    /// <inheritdoc/>
    public (IReadOnlyList<ImageSize> Images, Tensor Input) Upload(IReadOnlyList<PreprocessedImage> images)
    {
        return ([.. images.Select(image => image.Size)], _batcher.Batch([.. images.Select(image => (image.Array, image.Size))]));
    }

    /// <inheritdoc/>
    public Proposals.Proposals[] Propose(IReadOnlyList<ImageSize> images, IReadOnlyList<LevelPrediction> predictions)
    {
        return _generator.Propose(predictions, images);
    }

    /// <inheritdoc/>
    public Tensor? PoolProposals(IReadOnlyDictionary<string, Tensor> pyramid, Proposals.Proposals[] proposals)
    {
        // libtorch has no shape for nothing proposed, or nothing finite.
        return proposals.All(image => image.Boxes.Length == 0)
            ? null
            : PoolForBoxes(pyramid, [.. proposals.Select(image => image.Boxes)]);
    }

    /// <inheritdoc/>
    public BoxDetections[] Select(IReadOnlyList<ImageSize> images, Proposals.Proposals[] proposals, BoxPredictions? predictions)
    {
        return predictions is null
            ? [.. images.Select(_ => new BoxDetections([], [], [], []))]
            : Select(images, [.. proposals.Select(image => image.Boxes)], predictions);
    }

    /// <summary>Detections of each image from what the box branch predicts for its proposals.</summary>
    public BoxDetections[] Select(IReadOnlyList<ImageSize> images, IReadOnlyList<Box[]> proposals, BoxPredictions predictions)
    {
        using var scope = NewDisposeScope();
        var (logits, deltas) = predictions;
        var anchors = ((ReadOnlySpan<Box>)proposals.SelectMany(boxes => boxes).ToArray()).ToTensor(deltas.device);
        var boxes = BoxTransform.Apply(deltas, anchors, _config.BoxWeights).ToBoxes();
        var probabilities = logits.softmax(1).ToArray<float>();

        var detections = new BoxDetections[images.Count];
        var (row, boxesPerRow, scoresPerRow) = (0, _config.ClassAgnosticBoxes ? 1 : _config.NumClasses, _config.NumClasses + 1);
        for (var i = 0; i < images.Count; i++)
        {
            var rows = proposals[i].Length;
            detections[i] = DetectionSelection.Select(
                boxes.AsSpan(row * boxesPerRow, rows * boxesPerRow),
                probabilities.AsSpan(row * scoresPerRow, rows * scoresPerRow),
                images[i],
                _config,
                _kernels.Nms);
            row += rows;
        }

        return detections;
    }

    /// <inheritdoc/>
    public (Tensor Features, Tensor Classes)? PoolDetections(
        IReadOnlyDictionary<string, Tensor> pyramid, BoxDetections[] detections)
    {
        int[] classes = [.. detections.SelectMany(image => image.Classes)];
        if (classes.Length == 0)
        {
            return null;
        }

        var features = PoolForMasks(pyramid, [.. detections.Select(image => image.Boxes)]);
        return (features, tensor(classes, dtype: ScalarType.Int64, device: features.device));
    }

    /// <inheritdoc/>
    public RawDetections[]? Download(IReadOnlyList<PreprocessedImage> images, BoxDetections[] detections, Tensor? masks)
    {
        var all = masks?.ToArray<float>();
        var perMask = masks is null ? 0 : (int)(masks.size(1) * masks.size(2));
        var results = new RawDetections[images.Count];
        var start = 0;
        for (var i = 0; i < results.Length; i++)
        {
            var length = detections[i].Count * perMask;
            results[i] = DetectorPostprocess.Apply(
                detections[i], all?[start..(start + length)], images[i].Size, images[i].OriginalSize);
            start += length;
        }

        return results;
    }

    /// <summary>Features (R, C, S, S) for the box branch, the images' boxes one after the other. The caller owns them.</summary>
    public Tensor PoolForBoxes(IReadOnlyDictionary<string, Tensor> pyramid, IReadOnlyList<Box[]> boxes)
    {
        return _boxPooler.Pool(pyramid, boxes);
    }

    /// <summary>The same for the mask branch, which there must be.</summary>
    public Tensor PoolForMasks(IReadOnlyDictionary<string, Tensor> pyramid, IReadOnlyList<Box[]> boxes)
    {
        return _maskPooler!.Pool(pyramid, boxes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batcher.Dispose();
    }
}
