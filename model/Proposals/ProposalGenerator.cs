using Streaming.Config.Detectron;
using Streaming.Model.Ops;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Proposals;

/// <summary>The best of what an RPN's head predicted, as lists on the host.</summary>
/// <param name="config">How many, and how they are suppressed.</param>
/// <param name="anchors">Of the same levels; their owner's.</param>
/// <param name="nms">The kernel.</param>
internal sealed class ProposalGenerator(RpnConfig config, AnchorGenerator anchors, Nms.Kernel nms)
{
    /// <summary>Proposals for each image.</summary>
    /// <param name="predictions">For each level; see <see cref="RpnHead"/>.</param>
    /// <param name="images">Sizes of the N images without padding: proposals lie inside.</param>
    public Proposals[] Propose(IReadOnlyList<LevelPrediction> predictions, IReadOnlyList<ImageSize> images)
    {
        using var scope = NewDisposeScope();
        var (boxes, logits, levels) = Candidates(predictions);
        var (allBoxes, allLogits) = (boxes.ToBoxes(), logits.ToArray<float>());
        var proposals = new Proposals[images.Count];
        for (var i = 0; i < images.Count; i++)
        {
            var (start, count) = (i * levels.Length, levels.Length);
            proposals[i] = ProposalSelection.Select(
                allBoxes.AsSpan(start, count), allLogits.AsSpan(start, count), levels, images[i], config, nms);
        }

        return proposals;
    }

    /// <summary>
    /// The best of each level by logit, decoded: boxes (N, K, 4), logits (N, K), and for each of the K its level. Only what
    /// may pass is decoded; detectron2 decodes every anchor, with the same result.
    /// </summary>
    private (Tensor Boxes, Tensor Logits, int[] Levels) Candidates(IReadOnlyList<LevelPrediction> predictions)
    {
        var boxes = new List<Tensor>();
        var scores = new List<Tensor>();
        var levels = new List<int>();
        for (var level = 0; level < predictions.Count; level++)
        {
            var (logits, deltas, featureSize) = predictions[level];
            var k = (int)Math.Min(config.PreNmsTopK, logits.size(1));
            var (top, index) = logits.topk(k, dim: 1);
            var own = anchors.Grid(level, featureSize).index_select(0, index.flatten());
            var topDeltas = deltas.gather(1, index.unsqueeze(2).expand(-1, -1, 4)).reshape(-1, 4);
            boxes.Add(BoxTransform.Apply(topDeltas, own, config.BoxWeights).reshape(-1, k, 4));
            scores.Add(top);
            levels.AddRange(Enumerable.Repeat(level, k));
        }

        return (cat(boxes, 1), cat(scores, 1), [.. levels]);
    }
}
