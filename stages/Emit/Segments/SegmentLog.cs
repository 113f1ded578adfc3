using Microsoft.Extensions.Logging;

namespace Streaming.Stages.Emit.Segments;

/// <summary>Log messages of segments; their numbers are 250 to 269.</summary>
internal static partial class SegmentLog
{
    [LoggerMessage(250, LogLevel.Information, "{Path}: kept of a segment that was not finished")]
    public static partial void Recovered(ILogger logger, string path);

    [LoggerMessage(251, LogLevel.Information, "{Path}: removed, the oldest segment: {Reason}")]
    public static partial void Removed(ILogger logger, string path, string reason);

    [LoggerMessage(252, LogLevel.Warning, "{Path}: a segment that should be removed cannot be: {Message}")]
    public static partial void NotRemoved(ILogger logger, string path, string message);

    [LoggerMessage(253, LogLevel.Warning, "{Path}: the index of segments cannot be written: {Message}")]
    public static partial void IndexNotWritten(ILogger logger, string path, string message);
}
