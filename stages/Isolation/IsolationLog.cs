using Microsoft.Extensions.Logging;

namespace Streaming.Stages.Isolation;

/// <summary>Log messages of decoder processes; their event IDs are 250 to 299.</summary>
internal static partial class IsolationLog
{
    [LoggerMessage(250, LogLevel.Debug, "{Source}: its decoder says: {Line}")]
    public static partial void Said(ILogger logger, string source, string line);
}
