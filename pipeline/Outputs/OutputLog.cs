using Microsoft.Extensions.Logging;

namespace Streaming.Pipeline.Outputs;

/// <summary>Log messages of outputs; their numbers are 350 to 399.</summary>
internal static partial class OutputLog
{
    [LoggerMessage(350, LogLevel.Warning, "{Source}: output {Kind} failed and will be reopened: {Message}")]
    public static partial void Failed(ILogger logger, string source, string kind, string message);

    [LoggerMessage(
        351,
        LogLevel.Warning,
        "{Source}: output {Kind} did not finish within {Seconds:0} s; what was in its queue is lost")]
    public static partial void NotFinished(ILogger logger, string source, string kind, double seconds);

    [LoggerMessage(
        352,
        LogLevel.Warning,
        "{Source}: output {Kind} is lost and will be opened again; the frames that it lacks are counted: {Message}")]
    public static partial void Lost(ILogger logger, string source, string kind, string message);

    [LoggerMessage(353, LogLevel.Warning, "{Source}: output {Kind} is back; it lacks {Frames} frames")]
    public static partial void Returned(ILogger logger, string source, string kind, long frames);
}
