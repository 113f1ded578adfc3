namespace Streaming.Stages.Emit.Segments;

/// <summary>What a file name says about the segment in it.</summary>
/// <param name="Name">The name of the whole segment, in the output folder.</param>
/// <param name="Path">The file.</param>
/// <param name="Start">The time in the name, UTC.</param>
/// <param name="IsPart">Whether the segment is being written, or was when the program was killed.</param>
internal readonly record struct SegmentFile(string Name, string Path, DateTimeOffset Start, bool IsPart);
