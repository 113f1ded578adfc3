using Streaming.Config.Detectron;
using Streaming.Model.Ops;
using Streaming.Model.Profiling;
using Streaming.Model.Structures;
using TorchSharp;
using static TorchSharp.torch;

namespace Streaming.Model.Heads;

#pragma warning disable IDE1006 // fields carry detectron2's names: they become the keys of the state_dict

/// <summary>Boxes, classes and masks of the proposals (detectron2's StandardROIHeads).</summary>
internal sealed class RoiHeads : nn.Module
{
    private readonly BoxHead box_head;
    private readonly BoxPredictor box_predictor;
    private readonly MaskHead? mask_head;
    private readonly RoiHeadsConfig _config;
    private readonly RoiPooler _boxPooler;
    private readonly RoiPooler? _maskPooler;
    private readonly Nms.Kernel _nms;

    public RoiHeads(int channels, RoiHeadsConfig config, MaskHeadConfig? maskConfig, Kernels kernels)
        : base(nameof(RoiHeads))
    {
        (_config, _nms) = (config, kernels.Nms);
        _boxPooler = new RoiPooler(config.InFeatures, config.Pooler, kernels.RoiAlign);
        box_head = new BoxHead(channels, config);
        box_predictor = new BoxPredictor(box_head.OutWidth, config);
        if (maskConfig is not null)
        {
            _maskPooler = new RoiPooler(config.InFeatures, maskConfig.Pooler, kernels.RoiAlign);
            mask_head = new MaskHead(channels, config.NumClasses, maskConfig);
        }

        RegisterComponents();
    }

    /// <summary>Whether there is a mask branch.</summary>
    public bool HasMasks => mask_head is not null;

    /// <summary>The box branch's layers.</summary>
    public BoxHead BoxHead => box_head;

    /// <summary>The mask branch's layers, or null.</summary>
    public MaskHead? MaskHead => mask_head;

    /// <summary>The box branch: detections for each image from its proposals.</summary>
    public BoxDetections[] DetectBoxes(
        IReadOnlyDictionary<string, Tensor> pyramid, IReadOnlyList<Box[]> proposals, IReadOnlyList<ImageSize> images)
    {
        if (proposals.All(boxes => boxes.Length == 0))
        {
            // Nothing proposed, or nothing finite: libtorch has no shape for that.
            return [.. images.Select(_ => new BoxDetections([], [], [], []))];
        }

        using var scope = NewDisposeScope();
        NetworkProfile.Enter(NetworkPart.RoiAlign);
        using var pooled = PoolForBoxes(pyramid, proposals);
        NetworkProfile.Enter(NetworkPart.BoxHead);
        var (_, logits, deltas) = PredictBoxes(pooled);
        NetworkProfile.Enter(NetworkPart.Detections);
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
                _nms);
            row += rows;
        }

        return detections;
    }

    /// <summary>Features (R, C, S, S) for the box branch.</summary>
    public Tensor PoolForBoxes(IReadOnlyDictionary<string, Tensor> pyramid, IReadOnlyList<Box[]> boxes)
    {
        return _boxPooler.Pool(pyramid, boxes);
    }

    /// <summary>Pooled features to the head's features (R, width), class logits and box deltas. The caller owns them.</summary>
    public (Tensor Features, Tensor Logits, Tensor Deltas) PredictBoxes(Tensor pooled)
    {
        var features = box_head.forward(pooled);
        var (logits, deltas) = box_predictor.Forward(features);
        return (features, logits, deltas);
    }

    /// <summary>
    /// The mask branch: logits (R, 2S, 2S) of each box's class, all images' boxes one after the other, or null when the
    /// model has no masks. The caller owns the tensor.
    /// </summary>
    public Tensor? MaskLogits(IReadOnlyDictionary<string, Tensor> pyramid, IReadOnlyList<Box[]> boxes, int[] classes)
    {
        if (mask_head is null)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        NetworkProfile.Enter(NetworkPart.RoiAlign);
        var pooled = PoolForMasks(pyramid, boxes);
        NetworkProfile.Enter(NetworkPart.MaskHead);
        return mask_head.Forward(pooled, classes).MoveToOuterDisposeScope();
    }

    /// <summary>Features (R, C, S, S) for the mask branch.</summary>
    public Tensor PoolForMasks(IReadOnlyDictionary<string, Tensor> pyramid, IReadOnlyList<Box[]> boxes)
    {
        return _maskPooler!.Pool(pyramid, boxes);
    }
}
