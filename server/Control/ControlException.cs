namespace Streaming.Server.Control;

/// <summary>A run cannot be changed as somebody wants it to.</summary>
/// <param name="reason">Why not.</param>
/// <param name="message">One sentence: what, where, what to do.</param>
/// <param name="inner">The cause.</param>
internal sealed class ControlException(ControlFailure reason, string message, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>Why not.</summary>
    public ControlFailure Reason { get; } = reason;
}

/// <summary>Why a run cannot be changed.</summary>
internal enum ControlFailure
{
    /// <summary>There is no such source.</summary>
    NotFound,

    /// <summary>It does not fit what is there: somebody else was faster, or a name is taken.</summary>
    Conflict,

    /// <summary>The run was started without a run file.</summary>
    NoFile,

    /// <summary>Not now: the program starts or ends, or another change takes long.</summary>
    NotNow,

    /// <summary>The file cannot be read or written.</summary>
    File,
}
