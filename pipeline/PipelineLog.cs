using Microsoft.Extensions.Logging;

namespace Streaming.Pipeline;

/// <summary>All log messages of this project; their numbers are 300 to 399.</summary>
internal static partial class PipelineLog
{
    [LoggerMessage(300, LogLevel.Error, "{Source}: {Message}")]
    public static partial void SourceFailed(ILogger logger, string source, string message);

    [LoggerMessage(
        301,
        LogLevel.Error,
        "{What} hangs: it has worked on the same thing for {Seconds:0} s. It cannot be interrupted; "
        + "restart the program if it does not come back.")]
    public static partial void Hangs(ILogger logger, string what, double seconds);

    [LoggerMessage(302, LogLevel.Warning, "{Frame}: failed in {Stage}: {Message}")]
    public static partial void FrameFailed(ILogger logger, string frame, string stage, string message);

    [LoggerMessage(303, LogLevel.Debug, "A batch of {Count} failed")]
    public static partial void BatchFailed(ILogger logger, Exception exception, int count);

    [LoggerMessage(304, LogLevel.Debug, "{Source}: the source or an output threw an exception of an unexpected kind")]
    public static partial void SourceCrashed(ILogger logger, Exception exception, string source);

    [LoggerMessage(305, LogLevel.Warning, "{Source}: failed while it was closed")]
    public static partial void CloseFailed(ILogger logger, Exception exception, string source);

    [LoggerMessage(306, LogLevel.Warning, "{Source}: a hook failed on an event")]
    public static partial void HookFailed(ILogger logger, Exception exception, string source);

    [LoggerMessage(307, LogLevel.Warning, "{Frame}: what must be hidden could not be: the whole frame is black")]
    public static partial void RedactionFailed(ILogger logger, Exception exception, string frame);
}
