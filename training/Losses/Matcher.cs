using Streaming.Config.Detectron;
using Streaming.Model.Structures;

namespace Streaming.Training.Losses;

/// <summary>
/// Which true box each candidate belongs to, and whether it counts as object (1), background (0) or nothing (-1), by IoU:
/// detectron2's Matcher.
/// </summary>
internal static class Matcher
{
    /// <summary>Matches candidates with the truth.</summary>
    /// <param name="truth">The true boxes; with none every candidate is background.</param>
    /// <param name="candidates">Anchors or proposals.</param>
    /// <param name="config">Thresholds and labels.</param>
    /// <param name="allowLowQuality">Also the best candidates of each true box are objects, however bad they are.</param>
    /// <returns>For each candidate the index of the best true box and the label.</returns>
    public static (int[] Matches, sbyte[] Labels) Match(
        ReadOnlySpan<Box> truth, ReadOnlySpan<Box> candidates, MatchingConfig config, bool allowLowQuality)
    {
        var matches = new int[candidates.Length];
        var labels = new sbyte[candidates.Length];
        if (truth.Length == 0)
        {
            Array.Fill(labels, (sbyte)config.Labels[0]);
            return (matches, labels);
        }

        float[] thresholds = [.. config.Thresholds.Select(threshold => (float)threshold)];
        var best = new float[candidates.Length];
        var bestOfTruth = new float[truth.Length];
        for (var i = 0; i < candidates.Length; i++)
        {
            best[i] = -1;
            for (var t = 0; t < truth.Length; t++)
            {
                var iou = Box.IoU(truth[t], candidates[i]);
                bestOfTruth[t] = Math.Max(bestOfTruth[t], iou);
                if (iou > best[i])
                {
                    (best[i], matches[i]) = (iou, t);
                }
            }

            var interval = 0;
            while (interval < thresholds.Length && best[i] >= thresholds[interval])
            {
                interval++;
            }

            labels[i] = (sbyte)config.Labels[interval];
        }

        if (allowLowQuality)
        {
            AcceptBest(truth, candidates, bestOfTruth, labels);
        }

        return (matches, labels);
    }

    /// <summary>Equality of float32 decides, as in detectron2: several candidates may be equally good.</summary>
    private static void AcceptBest(ReadOnlySpan<Box> truth, ReadOnlySpan<Box> candidates, float[] bestOfTruth, sbyte[] labels)
    {
        for (var i = 0; i < candidates.Length; i++)
        {
            for (var t = 0; t < truth.Length && labels[i] != 1; t++)
            {
                if (Box.IoU(truth[t], candidates[i]) == bestOfTruth[t])
                {
                    labels[i] = 1;
                }
            }
        }
    }
}
