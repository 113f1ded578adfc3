namespace Streaming.Training.Evaluation.Tracks;

/// <summary>
/// Computes <see cref="HotaFigures"/> as TrackEval does: one pairing a frame serves all thresholds. It prefers pairs of tracks
/// that fit each other over the whole video.
/// </summary>
internal sealed class Hota
{
    private readonly TrackComparison _video;
    private readonly double[,] _alignment;
    private readonly double[] _tp = new double[HotaFigures.Alphas.Count];
    private readonly double[] _similarity = new double[HotaFigures.Alphas.Count];

    /// <summary>How often two tracks were matched, by the thresholds' numbers.</summary>
    private readonly Dictionary<(int Truth, int Result), long[]> _matches = [];

    private Hota(TrackComparison video)
    {
        (_video, _alignment) = (video, Alignment(video));
    }

    /// <summary>The figures of a video.</summary>
    public static HotaFigures Of(TrackComparison video)
    {
        var hota = new Hota(video);
        foreach (var frame in video.Frames.Where(frame => frame.MaxMatches > 0))
        {
            hota.Add(frame);
        }

        return hota.Finish();
    }

    /// <summary>
    /// How far two tracks are the same, before anything is matched: the sum of their boxes' similarities, each divided by what
    /// else they resemble, over the number of boxes of both.
    /// </summary>
    private static double[,] Alignment(TrackComparison video)
    {
        var sums = new double[video.TruthBoxes.Count, video.ResultBoxes.Count];
        foreach (var frame in video.Frames)
        {
            var (rows, columns) = (frame.Truth.Length, frame.Results.Length);
            var (ofRow, ofColumn) = (new double[rows], new double[columns]);
            for (var i = 0; i < frame.Similarity.Length; i++)
            {
                ofRow[i / columns] += frame.Similarity[i];
                ofColumn[i % columns] += frame.Similarity[i];
            }

            for (var i = 0; i < frame.Similarity.Length; i++)
            {
                var all = ofColumn[i % columns] + ofRow[i / columns] - frame.Similarity[i];
                if (all > TrackComparison.MachineEpsilon)
                {
                    sums[frame.Truth[i / columns], frame.Results[i % columns]] += frame.Similarity[i] / all;
                }
            }
        }

        for (var truth = 0; truth < video.TruthBoxes.Count; truth++)
        {
            for (var result = 0; result < video.ResultBoxes.Count; result++)
            {
                var sum = sums[truth, result];
                sums[truth, result] = sum / (video.TruthBoxes[truth] + video.ResultBoxes[result] - sum);
            }
        }

        return sums;
    }

    private void Add(ComparedFrame frame)
    {
        double Score(int row, int column, double similarity)
        {
            return _alignment[frame.Truth[row], frame.Results[column]] * similarity;
        }

        foreach (var match in frame.Match(Score))
        {
            for (var a = 0; a < _tp.Length && match.Similarity >= HotaFigures.Alphas[a] - TrackComparison.MachineEpsilon; a++)
            {
                _tp[a]++;
                _similarity[a] += match.Similarity;
                if (!_matches.TryGetValue((match.Truth, match.Result), out var counts))
                {
                    _matches[(match.Truth, match.Result)] = counts = new long[_tp.Length];
                }

                counts[a]++;
            }
        }
    }

    private HotaFigures Finish()
    {
        var (truth, results) = ((double)_video.TruthBoxes.Sum(), (double)_video.ResultBoxes.Sum());

        // The average over matches of a figure of the two tracks: matches divided by what the figure asks for.
        double[] Average(Func<long, long, long, long> of)
        {
            var sums = new double[_tp.Length];
            foreach (var ((truth, result), counts) in _matches)
            {
                for (var a = 0; a < sums.Length; a++)
                {
                    var matches = counts[a];
                    sums[a] += (double)matches * matches / of(matches, _video.TruthBoxes[truth], _video.ResultBoxes[result]);
                }
            }

            return [.. sums.Zip(_tp, (sum, all) => sum / Math.Max(1, all))];
        }

        return new HotaFigures(
            _tp,
            [.. _tp.Select(matches => truth - matches)],
            [.. _tp.Select(matches => results - matches)],
            Average((matches, truth, result) => truth + result - matches),
            Average((_, truth, _) => truth),
            Average((_, _, result) => result),
            _similarity);
    }
}
