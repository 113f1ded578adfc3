using Streaming.Config.Detectron;
using Streaming.Model.Backbone;
using Streaming.Model.Ops;
using Streaming.Model.Profiling;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Proposals;

#pragma warning disable IDE1006 // fields carry detectron2's names: they become the keys of the state_dict

/// <summary>The region proposal network (Ren et al. 2015) over the levels of a pyramid.</summary>
internal sealed class Rpn : nn.Module
{
    private readonly RpnHead rpn_head;
    private readonly RpnConfig _config;
    private readonly AnchorGenerator _anchors;
    private readonly Nms.Kernel _nms;

    public Rpn(int channels, RpnConfig config, AnchorConfig anchors, Nms.Kernel nms, Device device)
        : base(nameof(Rpn))
    {
        (_config, _nms) = (config, nms);
        _anchors = new AnchorGenerator(anchors, [.. config.InFeatures.Select(Fpn.Stride)], device);
        rpn_head = new RpnHead(channels, config.ConvDims ?? [channels], _anchors.PerCell);
        RegisterComponents();
    }

    /// <summary>Proposals for each image of a batch.</summary>
    /// <param name="pyramid">The levels by name, each (N, C, H, W).</param>
    /// <param name="images">Sizes of the N images without padding: proposals lie inside.</param>
    public Proposals[] Forward(IReadOnlyDictionary<string, Tensor> pyramid, IReadOnlyList<ImageSize> images)
    {
        using var scope = NewDisposeScope();
        NetworkProfile.Enter(NetworkPart.Rpn);
        var predictions = Predict(pyramid);
        NetworkProfile.Enter(NetworkPart.Proposals);
        return Propose(predictions, images, _config);
    }

    /// <summary>The head's output for each level.</summary>
    public IReadOnlyList<(Tensor Logits, Tensor Deltas, ImageSize FeatureSize)> Predict(IReadOnlyDictionary<string, Tensor> pyramid)
    {
        return [.. _config.InFeatures.Select(name => Predict(pyramid[name]))];
    }

    /// <summary>The best of what the head predicted, for each image.</summary>
    /// <param name="predictions">See <see cref="Predict(IReadOnlyDictionary{string, Tensor})"/>.</param>
    /// <param name="images">Sizes of the images without padding.</param>
    /// <param name="config">How many.</param>
    public Proposals[] Propose(
        IReadOnlyList<(Tensor Logits, Tensor Deltas, ImageSize FeatureSize)> predictions, IReadOnlyList<ImageSize> images, RpnConfig config)
    {
        using var scope = NewDisposeScope();
        var (boxes, logits, levels) = Candidates(predictions, config);
        var (allBoxes, allLogits) = (boxes.ToBoxes(), logits.ToArray<float>());
        var proposals = new Proposals[images.Count];
        for (var i = 0; i < images.Count; i++)
        {
            var (start, count) = (i * levels.Length, levels.Length);
            proposals[i] = ProposalSelection.Select(
                allBoxes.AsSpan(start, count), allLogits.AsSpan(start, count), levels, images[i], config, _nms);
        }

        return proposals;
    }

    /// <summary>The anchors (A, 4) of a level; the network owns them.</summary>
    public Tensor Anchors(int level, ImageSize featureSize)
    {
        return _anchors.Grid(level, featureSize);
    }

    /// <summary>The head's output for a level; see <see cref="RpnHead.Forward"/>.</summary>
    public (Tensor Logits, Tensor Deltas, ImageSize FeatureSize) Predict(Tensor level)
    {
        var (logits, deltas) = rpn_head.Forward(level);
        return (logits, deltas, new ImageSize((int)level.size(2), (int)level.size(3)));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _anchors.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>
    /// The best of each level by logit, decoded: boxes (N, K, 4), logits (N, K), and for each of the K its level. Only what
    /// may pass is decoded; detectron2 decodes every anchor, with the same result.
    /// </summary>
    private (Tensor Boxes, Tensor Logits, int[] Levels) Candidates(
        IReadOnlyList<(Tensor Logits, Tensor Deltas, ImageSize FeatureSize)> predictions, RpnConfig config)
    {
        var boxes = new List<Tensor>();
        var scores = new List<Tensor>();
        var levels = new List<int>();
        for (var level = 0; level < predictions.Count; level++)
        {
            var (logits, deltas, featureSize) = predictions[level];
            var k = (int)Math.Min(config.PreNmsTopK, logits.size(1));
            var (top, index) = logits.topk(k, dim: 1);
            var anchors = _anchors.Grid(level, featureSize).index_select(0, index.flatten());
            var topDeltas = deltas.gather(1, index.unsqueeze(2).expand(-1, -1, 4)).reshape(-1, 4);
            boxes.Add(BoxTransform.Apply(topDeltas, anchors, config.BoxWeights).reshape(-1, k, 4));
            scores.Add(top);
            levels.AddRange(Enumerable.Repeat(level, k));
        }

        return (cat(boxes, 1), cat(scores, 1), [.. levels]);
    }
}
