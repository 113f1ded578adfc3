using Streaming.Config.Detectron;
using Streaming.Model.Ops;
using Streaming.Model.Structures;

namespace Streaming.Model.Proposals;

/// <summary>The proposals of one image, best first.</summary>
/// <param name="Boxes">In pixels of the network's input, within the image.</param>
/// <param name="Logits">Objectness before the sigmoid.</param>
/// <param name="Levels">Index of the RPN's level that each came from.</param>
internal sealed record Proposals(Box[] Boxes, float[] Logits, int[] Levels);

/// <summary>
/// Which of an image's candidates become proposals (detectron2's find_top_rpn_proposals after the top k of each level):
/// drop what is not finite, clip, drop empty boxes, NMS within each level, the best over all levels.
/// </summary>
internal static class ProposalSelection
{
    /// <summary>Selects among the candidates of one image; the three lists run in parallel.</summary>
    public static Proposals Select(
        ReadOnlySpan<Box> boxes,
        ReadOnlySpan<float> logits,
        ReadOnlySpan<int> levels,
        ImageSize image,
        RpnConfig config,
        Nms.Kernel nms)
    {
        var candidates = new List<int>(boxes.Length);
        var clipped = new Box[boxes.Length];
        for (var i = 0; i < boxes.Length; i++)
        {
            clipped[i] = boxes[i].ClipTo(image);
            if (boxes[i].IsFinite && float.IsFinite(logits[i]) && clipped[i].IsNonEmpty((float)config.MinSize))
            {
                candidates.Add(i);
            }
        }

        var valid = Pick(clipped, logits, levels, candidates);
        var kept = Nms.Batched(valid.Boxes, valid.Logits, valid.Levels, config.NmsThreshold, nms);
        if (kept.Count > config.PostNmsTopK)
        {
            kept.RemoveRange(config.PostNmsTopK, kept.Count - config.PostNmsTopK);
        }

        return Pick(valid.Boxes, valid.Logits, valid.Levels, kept);
    }

    private static Proposals Pick(
        ReadOnlySpan<Box> boxes, ReadOnlySpan<float> logits, ReadOnlySpan<int> levels, List<int> indices)
    {
        var picked = new Proposals(new Box[indices.Count], new float[indices.Count], new int[indices.Count]);
        for (var i = 0; i < indices.Count; i++)
        {
            var index = indices[i];
            (picked.Boxes[i], picked.Logits[i], picked.Levels[i]) = (boxes[index], logits[index], levels[index]);
        }

        return picked;
    }
}
