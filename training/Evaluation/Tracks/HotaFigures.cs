namespace Streaming.Training.Evaluation.Tracks;

/// <summary>
/// HOTA (J. Luiten et al., "HOTA: A Higher Order Metric for Evaluating Multi-Object Tracking", IJCV 2021): how well objects are
/// detected (DetA), kept apart and together over time (AssA), and located (LocA), at 19 thresholds of similarity each.
/// </summary>
/// <param name="Tp">True boxes that were matched.</param>
/// <param name="Fn">True boxes that were not.</param>
/// <param name="Fp">Results that were not.</param>
/// <param name="AssA">How far the tracks of a match are the same, averaged over matches.</param>
/// <param name="AssRe">The share of the true track that its match's track covers, averaged over matches.</param>
/// <param name="AssPr">The share of the result's track that its match's object covers, averaged over matches.</param>
/// <param name="SimilaritySum">The similarities of all matches.</param>
internal sealed record HotaFigures(
    double[] Tp, double[] Fn, double[] Fp, double[] AssA, double[] AssRe, double[] AssPr, double[] SimilaritySum)
{
    /// <summary>What TrackEval divides where nothing was matched: the location accuracy of nothing is 1.</summary>
    private const double Nothing = 1e-10;

    /// <summary>The similarities from which on boxes match: 0.05 to 0.95.</summary>
    public static IReadOnlyList<double> Alphas { get; } = [.. Enumerable.Range(0, 19).Select(step => 0.05 + (step * 0.05))];

    /// <summary>Each figure at each threshold, by TrackEval's names.</summary>
    public IReadOnlyList<(string Name, double[] Values)> PerAlpha =>
    [
        ("HOTA", Each(a => Math.Sqrt(DetA(a) * AssA[a]))),
        ("DetA", Each(DetA)),
        ("AssA", AssA),
        ("DetRe", Each(DetRe)),
        ("DetPr", Each(a => Tp[a] / Math.Max(1, Tp[a] + Fp[a]))),
        ("AssRe", AssRe),
        ("AssPr", AssPr),
        ("LocA", Each(LocA)),
        ("OWTA", Each(a => Math.Sqrt(DetRe(a) * AssA[a]))),
        ("HOTA_TP", Tp),
        ("HOTA_FN", Fn),
        ("HOTA_FP", Fp),
    ];

    /// <summary>
    /// The figures that are given as one number each: means over the thresholds, and those at the lowest threshold, whose names
    /// end with (0).
    /// </summary>
    public IReadOnlyList<(string Name, double Value)> Figures
    {
        get
        {
            var hota = Math.Sqrt(DetA(0) * AssA[0]);
            return
            [
                .. PerAlpha.SkipLast(3).Select(figure => (figure.Name, figure.Values.Average())),
                ("HOTA(0)", hota),
                ("LocA(0)", LocA(0)),
                ("HOTALocA(0)", hota * LocA(0)),
            ];
        }
    }

    /// <summary>The figures of several videos as of one: counts are summed, the rest is averaged over all matches.</summary>
    public static HotaFigures Combine(IReadOnlyList<HotaFigures> videos)
    {
        double[] Sum(Func<HotaFigures, double[]> figure)
        {
            return Each(a => videos.Sum(video => figure(video)[a]));
        }

        var matches = Sum(video => video.Tp);
        double[] Average(Func<HotaFigures, double[]> figure)
        {
            return Each(a => videos.Sum(video => figure(video)[a] * video.Tp[a]) / Math.Max(1, matches[a]));
        }

        return new HotaFigures(
            matches,
            Sum(video => video.Fn),
            Sum(video => video.Fp),
            Average(video => video.AssA),
            Average(video => video.AssRe),
            Average(video => video.AssPr),
            Sum(video => video.SimilaritySum));
    }

    private static double[] Each(Func<int, double> figure)
    {
        return [.. Enumerable.Range(0, Alphas.Count).Select(figure)];
    }

    private double DetA(int alpha)
    {
        return Tp[alpha] / Math.Max(1, Tp[alpha] + Fn[alpha] + Fp[alpha]);
    }

    private double DetRe(int alpha)
    {
        return Tp[alpha] / Math.Max(1, Tp[alpha] + Fn[alpha]);
    }

    private double LocA(int alpha)
    {
        return Math.Max(Nothing, SimilaritySum[alpha]) / Math.Max(Nothing, Tp[alpha]);
    }
}
