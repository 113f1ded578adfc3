using Streaming.Stages.Emit;

namespace Streaming.Pipeline.Outputs;

/// <summary>
/// Notices that the file a sink writes is no longer at its path: somebody removed its folder, or put another file there. Writing
/// to a removed file succeeds, so nothing else would tell. Looks at most once a second.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class TargetWatch(TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private string? _target;
    private FileState? _file;
    private long _lookedAt;

    /// <summary>Whether a sink's file is gone. A target that never was a file is never gone.</summary>
    /// <param name="target">What the sink writes to now.</param>
    public bool IsGone(string target)
    {
        if (!ReferenceEquals(target, _target))
        {
            (_target, _file, _lookedAt) = (target, FileState.Of(target), time.GetTimestamp());
            return false;
        }

        if (_file is not { } file || time.GetElapsedTime(_lookedAt) < Interval)
        {
            return false;
        }

        _lookedAt = time.GetTimestamp();
        return FileState.Of(target)?.IsSameFile(file) != true;
    }

    /// <summary>The sink was closed: the next one is looked at anew.</summary>
    public void Forget()
    {
        _target = null;
    }
}
