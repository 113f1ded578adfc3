using Streaming.Stages.Emit.Segments;

namespace Streaming.Stages.Emit.Kept;

/// <summary>A snapshot or a clip on the disk.</summary>
/// <param name="Path">The file.</param>
/// <param name="At">When it was written, UTC.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record KeptFile(string Path, DateTimeOffset At, long Bytes)
{
    /// <summary>Added to a file's name, it is the name of a file that says: keep it.</summary>
    public const string Marker = ".keep";

    /// <summary>What is at a path.</summary>
    public static KeptFile Of(FileInfo file)
    {
        return new KeptFile(file.FullName, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero), file.Length);
    }

    /// <summary>What retention must know; asks the disk whether somebody wants to keep it.</summary>
    public StoredFile Describe()
    {
        return new StoredFile(At, At, Bytes, File.Exists(Path + Marker));
    }
}
