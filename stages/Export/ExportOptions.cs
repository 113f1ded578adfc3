namespace Streaming.Stages.Export;

/// <summary>What of a record is exported, and how.</summary>
internal sealed record ExportOptions
{
    /// <summary>The least score of a detection, 0 to 1.</summary>
    public double MinScore { get; init; }

    /// <summary>Whether only detections with a track count; null leaves it to the format.</summary>
    public bool? TrackedOnly { get; init; }

    /// <summary>The sources that count; empty for all.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Whether masks take the place of boxes, in a format that can do with either.</summary>
    public bool Masks { get; init; }

    /// <summary>Whether an earlier export of the format may be replaced.</summary>
    public bool Overwrite { get; init; }
}
