namespace Streaming.Stages.Emit.Segments;

/// <summary>One source's segments of one output.</summary>
/// <param name="Kind">The output's key.</param>
/// <param name="Names">What the files are called.</param>
/// <param name="Index">The whole ones.</param>
internal sealed record SegmentSet(string Kind, SegmentNames Names, SegmentIndex Index)
{
    private volatile string? _openPart;

    /// <summary>The file that is being written; null for none. Never removed.</summary>
    public string? OpenPart
    {
        get => _openPart;
        set => _openPart = value;
    }
}
