using Streaming.Config.Detectron;
using Streaming.Model.Structures;
using Streaming.Training.Data;

namespace Streaming.Training.Losses;

/// <summary>The proposals of one image that the heads learn from (detectron2's label_and_sample_proposals).</summary>
/// <param name="Boxes">The proposals, those on objects first.</param>
/// <param name="Classes">Of each its class; K for the background.</param>
/// <param name="Truth">For those on objects, the index of the true object.</param>
internal sealed record ProposalLabels(Box[] Boxes, int[] Classes, int[] Truth)
{
    /// <summary>How many lie on objects.</summary>
    public int Positives => Truth.Length;

    /// <summary>Labels and chooses.</summary>
    /// <param name="proposals">Of the region proposal network.</param>
    /// <param name="truth">The true objects.</param>
    /// <param name="numClasses">Classes without the background.</param>
    /// <param name="config">Thresholds and numbers.</param>
    /// <param name="subsampler">Chooses.</param>
    public static ProposalLabels Of(
        Box[] proposals, GroundTruth truth, int numClasses, RoiTrainingConfig config, ISubsampler subsampler)
    {
        Box[] candidates = config.AppendsTruth ? [.. proposals, .. truth.Boxes] : proposals;
        var (matches, labels) = Matcher.Match(truth.Boxes, candidates, config.Matching, allowLowQuality: false);
        int[] all = [.. Enumerable.Range(0, candidates.Length)];
        // Without any object everything is background, whatever the lowest label says.
        int[] positives = truth.Count == 0 ? [] : [.. all.Where(i => labels[i] == 1)];
        int[] negatives = truth.Count == 0 ? all : [.. all.Where(i => labels[i] == 0)];
        var chosen = subsampler.Choose(positives, negatives, config.Matching);
        return new ProposalLabels(
            [.. chosen.Positives.Concat(chosen.Negatives).Select(i => candidates[i])],
            [.. chosen.Positives.Select(i => truth.Classes[matches[i]]), .. chosen.Negatives.Select(_ => numClasses)],
            [.. chosen.Positives.Select(i => matches[i])]);
    }
}
