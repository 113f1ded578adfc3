using Streaming.Config.Detectron;
using Streaming.Model.Structures;

namespace Streaming.Training.Losses;

/// <summary>The anchors of one image that learn (detectron2's label_and_sample_anchors).</summary>
/// <param name="Positives">Indices of anchors on objects.</param>
/// <param name="Negatives">Indices of anchors on the background.</param>
/// <param name="Truth">For each positive one its true box.</param>
internal sealed record AnchorLabels(IReadOnlyList<int> Positives, IReadOnlyList<int> Negatives, Box[] Truth)
{
    /// <summary>Labels the anchors of an image.</summary>
    /// <param name="anchors">Of all levels, one after the other.</param>
    /// <param name="truth">The true boxes.</param>
    /// <param name="image">The image's size without padding.</param>
    /// <param name="config">Thresholds and numbers.</param>
    /// <param name="subsampler">Chooses.</param>
    public static AnchorLabels Of(
        ReadOnlySpan<Box> anchors, Box[] truth, ImageSize image, RpnTrainingConfig config, ISubsampler subsampler)
    {
        var (matches, labels) = Matcher.Match(truth, anchors, config.Matching, allowLowQuality: true);
        var (positives, negatives) = (new List<int>(), new List<int>());
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] >= 0 && (config.BoundaryThreshold < 0 || IsInside(anchors[i], image, (float)config.BoundaryThreshold)))
            {
                (labels[i] == 1 ? positives : negatives).Add(i);
            }
        }

        var chosen = subsampler.Choose(positives, negatives, config.Matching);
        return new AnchorLabels(chosen.Positives, chosen.Negatives, [.. chosen.Positives.Select(i => truth[matches[i]])]);
    }

    private static bool IsInside(Box box, ImageSize image, float threshold)
    {
        return box.X0 >= -threshold
            && box.Y0 >= -threshold
            && box.X1 < image.Width + threshold
            && box.Y1 < image.Height + threshold;
    }
}
