namespace Streaming.Stages.Emit.Segments;

/// <summary>Segments of lines: a torn last one is cut off.</summary>
internal class LinesFormat : SegmentFormat
{
    /// <inheritdoc/>
    public sealed override bool TryRepair(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        file.SetLength(WholeLines.Length(file));
        file.Flush(flushToDisk: true);
        return true;
    }
}
