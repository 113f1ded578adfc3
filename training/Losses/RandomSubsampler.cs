using Streaming.Config.Detectron;

namespace Streaming.Training.Losses;

/// <summary>By chance (detectron2's subsample_labels): at most the given part objects, the rest background.</summary>
/// <param name="random">Where chance comes from.</param>
internal sealed class RandomSubsampler(Random random) : ISubsampler
{
    public (IReadOnlyList<int> Positives, IReadOnlyList<int> Negatives) Choose(
        IReadOnlyList<int> positives, IReadOnlyList<int> negatives, MatchingConfig config)
    {
        var positiveCount = Math.Min(positives.Count, (int)(config.BatchSizePerImage * config.PositiveFraction));
        var negativeCount = Math.Min(negatives.Count, config.BatchSizePerImage - positiveCount);
        return (Some(positives, positiveCount), Some(negatives, negativeCount));
    }

    /// <summary>The first part of a random permutation.</summary>
    private int[] Some(IReadOnlyList<int> indices, int count)
    {
        int[] all = [.. indices];
        for (var i = 0; i < count; i++)
        {
            var other = random.Next(i, all.Length);
            (all[i], all[other]) = (all[other], all[i]);
        }

        return all[..count];
    }
}
