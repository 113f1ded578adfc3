namespace Streaming.Training.Evaluation.Tracks;

/// <summary>
/// Computes <see cref="ClearFigures"/> as TrackEval does. A frame without truth or without results leaves everything as it was:
/// the pairs of the frame before it live on, and no track is interrupted.
/// </summary>
internal sealed class Clear
{
    private const double MinSimilarity = 0.5 - TrackComparison.MachineEpsilon;

    /// <summary>Going on with the pair of the frame before counts more than any similarity.</summary>
    private const double Continuation = 1000;

    private const int None = -1;

    private readonly TrackComparison _video;
    private readonly long[] _matched;
    private readonly long[] _starts;
    private readonly int[] _lastMatch;
    private int[] _before;
    private long _tp;
    private long _switches;
    private double _similarity;

    private Clear(TrackComparison video)
    {
        var objects = video.TruthBoxes.Count;
        (_video, _matched, _starts) = (video, new long[objects], new long[objects]);
        (_lastMatch, _before) = (new int[objects], new int[objects]);
        Array.Fill(_lastMatch, None);
        Array.Fill(_before, None);
    }

    /// <summary>The figures of a video.</summary>
    public static ClearFigures Of(TrackComparison video)
    {
        if (video.IsOneSided)
        {
            return new ClearFigures
            {
                Fn = video.TruthBoxes.Sum(),
                Fp = video.ResultBoxes.Sum(),
                MostlyLost = video.TruthBoxes.Count,
                IsOneSided = true,
            };
        }

        var clear = new Clear(video);
        foreach (var frame in video.Frames.Where(frame => frame.MaxMatches > 0))
        {
            clear.Add(frame);
        }

        return clear.Finish();
    }

    private void Add(ComparedFrame frame)
    {
        double Score(int row, int column, double similarity)
        {
            return similarity < MinSimilarity ? 0
                : similarity + (_before[frame.Truth[row]] == frame.Results[column] ? Continuation : 0);
        }

        var now = new int[_before.Length];
        Array.Fill(now, None);
        foreach (var match in frame.Match(Score).Where(match => match.Score > TrackComparison.MachineEpsilon))
        {
            var last = _lastMatch[match.Truth];
            _switches += last != None && last != match.Result ? 1 : 0;
            _starts[match.Truth] += _before[match.Truth] == None ? 1 : 0;
            (_lastMatch[match.Truth], now[match.Truth]) = (match.Result, match.Result);
            _matched[match.Truth]++;
            _tp++;
            _similarity += match.Similarity;
        }

        _before = now;
    }

    private ClearFigures Finish()
    {
        double[] shares = [.. _matched.Zip(_video.TruthBoxes, (matched, boxes) => (double)matched / boxes)];
        var (most, some) = (shares.Count(share => share > 0.8), shares.Count(share => share >= 0.2));
        return new ClearFigures
        {
            Tp = _tp,
            Fn = _video.TruthBoxes.Sum() - _tp,
            Fp = _video.ResultBoxes.Sum() - _tp,
            IdSwitches = _switches,
            MostlyTracked = most,
            PartlyTracked = some - most,
            MostlyLost = shares.Length - some,
            Fragments = _starts.Sum(starts => Math.Max(starts - 1, 0)),
            Frames = _video.Length,
            SimilaritySum = _similarity,
        };
    }
}
