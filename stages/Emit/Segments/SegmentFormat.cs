namespace Streaming.Stages.Emit.Segments;

/// <summary>What can be done with a segment's file when nothing but the file is left.</summary>
internal class SegmentFormat
{
    /// <summary>Of a file that nothing is known about.</summary>
    public static SegmentFormat Any { get; } = new();

    /// <summary>Makes what a crash has left whole, where that is possible.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Whether it is whole now; otherwise it is kept under a name that says so.</returns>
    public virtual bool TryRepair(string path)
    {
        return false;
    }

    /// <summary>What the index says about a file.</summary>
    /// <param name="file">The file.</param>
    public virtual Segment Describe(SegmentFile file)
    {
        var info = new FileInfo(file.Path);
        var end = new DateTimeOffset(info.LastWriteTimeUtc, TimeSpan.Zero);
        return new Segment(file.Name, file.Start, end > file.Start ? end : file.Start, info.Length);
    }
}
