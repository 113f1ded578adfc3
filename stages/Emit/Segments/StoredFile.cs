namespace Streaming.Stages.Emit.Segments;

/// <summary>What <see cref="Retention"/> must know of a file.</summary>
/// <param name="Start">The time that it covers from, UTC.</param>
/// <param name="End">The time that it covers up to, UTC.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="IsProtected">Whether somebody wants to keep it.</param>
internal readonly record struct StoredFile(DateTimeOffset Start, DateTimeOffset End, long Bytes, bool IsProtected = false)
{
    /// <summary>A segment's.</summary>
    public static StoredFile Of(Segment segment)
    {
        return new StoredFile(segment.Start, segment.End, segment.Bytes);
    }
}
