namespace Streaming.Stages.Frames;

/// <summary>Which frames of a file are read. Frames keep their number and time in the file.</summary>
internal sealed record VideoRange
{
    /// <summary>The whole file.</summary>
    public static VideoRange All { get; } = new();

    /// <summary>Frames before this time are skipped.</summary>
    public TimeSpan Start { get; init; }

    /// <summary>The file ends for us at this time; null for its own end.</summary>
    public TimeSpan? End { get; init; }

    /// <summary>Of the frames from <see cref="Start"/> on only every n-th is read, beginning with the first.</summary>
    /// <value>1 (all) or more.</value>
    public int Stride { get; init; } = 1;

    /// <summary>
    /// Frames with a smaller index are skipped, as an earlier run has done them; they count for <see cref="Stride"/>.
    /// </summary>
    public long FirstIndex { get; init; }
}
