using Microsoft.Extensions.Logging;

namespace Streaming.Server;

/// <summary>All log messages of this project; their numbers are 500 to 599.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(500, LogLevel.Information, "Metrics and health on {Address}")]
    public static partial void Listening(ILogger logger, string address);
}
