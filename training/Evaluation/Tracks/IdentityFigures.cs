using Streaming.Model.Ops;

namespace Streaming.Training.Evaluation.Tracks;

/// <summary>
/// The identity metrics (E. Ristani et al., "Performance Measures and a Data Set for Multi-Target, Multi-Camera Tracking", 2016):
/// every object is paired with at most one track for the whole video, and what both have in common is right.
/// </summary>
/// <param name="Tp">True boxes that their object's track has too, with a similarity of 0.5 or more.</param>
/// <param name="Fn">The other true boxes.</param>
/// <param name="Fp">The other results.</param>
internal sealed record IdentityFigures(long Tp, long Fn, long Fp)
{
    private const double MinSimilarity = 0.5;

    /// <summary>Every figure, by TrackEval's names.</summary>
    public IReadOnlyList<(string Name, double Value)> Figures =>
    [
        ("IDF1", Tp / Math.Max(1, Tp + (0.5 * Fp) + (0.5 * Fn))),
        ("IDR", Tp / Math.Max(1.0, Tp + Fn)),
        ("IDP", Tp / Math.Max(1.0, Tp + Fp)),
        ("IDTP", Tp),
        ("IDFN", Fn),
        ("IDFP", Fp),
    ];

    /// <summary>The figures of a video.</summary>
    public static IdentityFigures Of(TrackComparison video)
    {
        var (rows, columns) = (video.TruthBoxes.Count, video.ResultBoxes.Count);
        var common = new double[rows * columns];
        foreach (var frame in video.Frames)
        {
            for (var i = 0; i < frame.Similarity.Length; i++)
            {
                if (frame.Similarity[i] >= MinSimilarity)
                {
                    common[(frame.Truth[i / frame.Results.Length] * columns) + frame.Results[i % frame.Results.Length]]++;
                }
            }
        }

        // A pair saves as many misses as false alarms, so the fewest errors are the most boxes in common.
        var pairs = LinearAssignment.Maximise(common, rows, columns);
        var tp = (long)pairs.Select((column, row) => column < 0 ? 0 : common[(row * columns) + column]).Sum();
        return new IdentityFigures(tp, video.TruthBoxes.Sum() - tp, video.ResultBoxes.Sum() - tp);
    }

    /// <summary>The figures of several videos as of one: all counts are summed.</summary>
    public static IdentityFigures Combine(IReadOnlyList<IdentityFigures> videos)
    {
        return new IdentityFigures(videos.Sum(video => video.Tp), videos.Sum(video => video.Fn), videos.Sum(video => video.Fp));
    }
}
