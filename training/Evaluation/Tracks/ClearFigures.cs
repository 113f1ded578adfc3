namespace Streaming.Training.Evaluation.Tracks;

/// <summary>
/// The CLEAR metrics (K. Bernardin, R. Stiefelhagen, "Evaluating Multiple Object Tracking Performance", 2008), and how many
/// objects were tracked for most of the time: what is matched at a similarity of 0.5, and how often tracks change.
/// </summary>
internal sealed record ClearFigures
{
    /// <summary>True boxes that were matched.</summary>
    public long Tp { get; init; }

    /// <summary>True boxes that were not.</summary>
    public long Fn { get; init; }

    /// <summary>Results that were not.</summary>
    public long Fp { get; init; }

    /// <summary>How often an object was matched with another track than the last time.</summary>
    public long IdSwitches { get; init; }

    /// <summary>Objects that were matched in more than 80 % of their frames.</summary>
    public long MostlyTracked { get; init; }

    /// <summary>Objects that were matched in 20 to 80 % of their frames.</summary>
    public long PartlyTracked { get; init; }

    /// <summary>Objects that were matched in less than 20 % of their frames.</summary>
    public long MostlyLost { get; init; }

    /// <summary>How often an object was matched again after frames in which it was not.</summary>
    public long Fragments { get; init; }

    /// <summary>Frames of the videos in which there is both truth and a result.</summary>
    public long Frames { get; init; }

    /// <summary>The similarities of all matches.</summary>
    public double SimilaritySum { get; init; }

    /// <summary>
    /// Whether a video has no truth or no result: TrackEval then gives 0 for every ratio, and 1 for that of lost objects.
    /// </summary>
    public bool IsOneSided { get; init; }

    /// <summary>Every figure, by TrackEval's names.</summary>
    public IReadOnlyList<(string Name, double Value)> Figures =>
    [
        ("MOTA", PerTruth(Tp - Fp - IdSwitches)),
        ("MOTP", Ratio(SimilaritySum, Tp)),
        ("MODA", PerTruth(Tp - Fp)),
        ("CLR_Re", PerTruth(Tp)),
        ("CLR_Pr", Ratio(Tp, Tp + Fp)),
        ("MTR", PerObject(MostlyTracked)),
        ("PTR", PerObject(PartlyTracked)),
        ("MLR", IsOneSided ? 1 : PerObject(MostlyLost)),
        ("sMOTA", PerTruth(SimilaritySum - Fp - IdSwitches)),
        ("CLR_F1", Ratio(Tp, Tp + (0.5 * Fn) + (0.5 * Fp))),
        ("FP_per_frame", Ratio(Fp, Frames)),
        ("MOTAL", PerTruth(Tp - Fp - (IdSwitches > 0 ? Math.Log10(IdSwitches) : 0))),
        ("MOTP_sum", SimilaritySum),
        ("CLR_TP", Tp),
        ("CLR_FN", Fn),
        ("CLR_FP", Fp),
        ("IDSW", IdSwitches),
        ("MT", MostlyTracked),
        ("PT", PartlyTracked),
        ("ML", MostlyLost),
        ("Frag", Fragments),
        ("CLR_Frames", Frames),
    ];

    /// <summary>The figures of several videos as of one: all counts are summed.</summary>
    public static ClearFigures Combine(IReadOnlyList<ClearFigures> videos)
    {
        return new ClearFigures
        {
            Tp = videos.Sum(video => video.Tp),
            Fn = videos.Sum(video => video.Fn),
            Fp = videos.Sum(video => video.Fp),
            IdSwitches = videos.Sum(video => video.IdSwitches),
            MostlyTracked = videos.Sum(video => video.MostlyTracked),
            PartlyTracked = videos.Sum(video => video.PartlyTracked),
            MostlyLost = videos.Sum(video => video.MostlyLost),
            Fragments = videos.Sum(video => video.Fragments),
            Frames = videos.Sum(video => video.Frames),
            SimilaritySum = videos.Sum(video => video.SimilaritySum),
        };
    }

    private double PerTruth(double value)
    {
        return Ratio(value, Tp + Fn);
    }

    private double PerObject(double value)
    {
        return Ratio(value, MostlyTracked + PartlyTracked + MostlyLost);
    }

    private double Ratio(double value, double of)
    {
        return IsOneSided ? 0 : value / Math.Max(1, of);
    }
}
