namespace Streaming.Training.Evaluation.Tracks;

/// <summary>One video's truth beside its results, prepared for the metrics: ids become numbers from 0, in their order.</summary>
internal sealed class TrackComparison
{
    private TrackComparison(IReadOnlyList<ComparedFrame> frames, long length, long[] truthBoxes, long[] resultBoxes)
    {
        (Frames, Length, TruthBoxes, ResultBoxes) = (frames, length, truthBoxes, resultBoxes);
    }

    /// <summary>The frames in which there is anything, in order.</summary>
    public IReadOnlyList<ComparedFrame> Frames { get; }

    /// <summary>The number of all frames.</summary>
    public long Length { get; }

    /// <summary>The number of boxes of each true object.</summary>
    public IReadOnlyList<long> TruthBoxes { get; }

    /// <summary>The number of boxes of each result's track.</summary>
    public IReadOnlyList<long> ResultBoxes { get; }

    /// <summary>Whether there is no truth at all, or no result.</summary>
    public bool IsOneSided => TruthBoxes.Count == 0 || ResultBoxes.Count == 0;

    /// <summary>Puts truth and results side by side.</summary>
    public static TrackComparison Of(TrackSequence truth, TrackSequence results)
    {
        var (truthNumbers, resultNumbers) = (NumbersOf(truth), NumbersOf(results));
        var (truthBoxes, resultBoxes) = (new long[truthNumbers.Count], new long[resultNumbers.Count]);
        var frames = new List<ComparedFrame>();
        foreach (var frame in truth.Frames.Union(results.Frames).Order())
        {
            var compared = new ComparedFrame(
                [.. truth[frame].Select(box => truthNumbers[box.Id])],
                [.. results[frame].Select(box => resultNumbers[box.Id])],
                [.. truth[frame].SelectMany(_ => results[frame], (left, right) => IoU(left.Box, right.Box))]);
            Array.ForEach(compared.Truth, number => truthBoxes[number]++);
            Array.ForEach(compared.Results, number => resultBoxes[number]++);
            frames.Add(compared);
        }

        return new TrackComparison(frames, Math.Max(truth.Length, results.Length), truthBoxes, resultBoxes);
    }

    private static Dictionary<long, int> NumbersOf(TrackSequence tracks)
    {
        return tracks.Frames
            .SelectMany(frame => tracks[frame])
            .Select(box => box.Id)
            .Distinct()
            .Order()
            .Select((id, number) => (id, number))
            .ToDictionary(item => item.id, item => item.number);
    }

    /// <summary>Intersection over union, from the corners as TrackEval computes it; 0 with a box that has no area.</summary>
    private static double IoU(CocoBox a, CocoBox b)
    {
        var (ax, ay, bx, by) = (a.X + a.Width, a.Y + a.Height, b.X + b.Width, b.Y + b.Height);
        var width = Math.Max(Math.Min(ax, bx) - Math.Max(a.X, b.X), 0);
        var height = Math.Max(Math.Min(ay, by) - Math.Max(a.Y, b.Y), 0);
        var (areaA, areaB) = ((ax - a.X) * (ay - a.Y), (bx - b.X) * (by - b.Y));
        var union = areaA + areaB - (width * height);
        return Math.Min(Math.Min(areaA, areaB), union) <= MachineEpsilon ? 0 : width * height / union;
    }

    /// <summary>The distance from 1 to the next greater double, which TrackEval allows for at every threshold.</summary>
    public const double MachineEpsilon = 1.0 / (1L << 52);
}
