namespace Streaming.Training.Evaluation.Tracks;

/// <summary>How well the objects of one or several videos were tracked: the figures of TrackEval.</summary>
/// <param name="Hota">Detection, association and location in balance.</param>
/// <param name="Clear">Misses, false alarms and switches.</param>
/// <param name="Identity">One track for each object.</param>
internal sealed record TrackSummary(HotaFigures Hota, ClearFigures Clear, IdentityFigures Identity)
{
    /// <summary>Every figure that is one number, by TrackEval's names; HOTA's are means over its thresholds.</summary>
    public IEnumerable<(string Name, double Value)> Figures => Hota.Figures.Concat(Clear.Figures).Concat(Identity.Figures);

    /// <summary>One of <see cref="Figures"/>.</summary>
    /// <param name="name">Its name.</param>
    public double this[string name] => Figures.Single(figure => figure.Name == name).Value;

    /// <summary>Compares a video's results with its truth.</summary>
    public static TrackSummary Of(TrackSequence truth, TrackSequence results)
    {
        var video = TrackComparison.Of(truth, results);
        return new TrackSummary(Tracks.Hota.Of(video), Tracks.Clear.Of(video), IdentityFigures.Of(video));
    }

    /// <summary>The figures of several videos as of one.</summary>
    public static TrackSummary Combine(IReadOnlyList<TrackSummary> videos)
    {
        return new TrackSummary(
            HotaFigures.Combine([.. videos.Select(video => video.Hota)]),
            ClearFigures.Combine([.. videos.Select(video => video.Clear)]),
            IdentityFigures.Combine([.. videos.Select(video => video.Identity)]));
    }
}
