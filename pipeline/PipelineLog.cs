using Microsoft.Extensions.Logging;

namespace Streaming.Pipeline;

/// <summary>All log messages of this project; their numbers are 300 to 399.</summary>
internal static partial class PipelineLog
{
    [LoggerMessage(300, LogLevel.Error, "{Source}: {Message}")]
    public static partial void SourceFailed(ILogger logger, string source, string message);
}
