namespace Streaming.Stages.Emit;

/// <summary>A file that should be the record of an earlier run holds something else, or is damaged.</summary>
/// <param name="path">The file.</param>
/// <param name="inner">What is wrong with it.</param>
internal sealed class DamagedRecordException(string path, Exception inner)
    : Exception($"{path}: cannot be resumed: it holds something else than frames/1 lines.", inner)
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;
}
