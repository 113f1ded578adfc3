using Microsoft.Extensions.Logging;

namespace Streaming.Stages.Decode;

/// <summary>Log messages of sources; their event IDs are 200 to 249.</summary>
internal static partial class StagesLog
{
    [LoggerMessage(200, LogLevel.Warning, "{Source}: lost: {Reason} Next try in {Seconds:0.#} s")]
    public static partial void Lost(ILogger logger, string source, string reason, double seconds);

    [LoggerMessage(201, LogLevel.Warning, "{Source}: {Reason} Next try in {Seconds:0.#} s")]
    public static partial void Retrying(ILogger logger, string source, string reason, double seconds);

    [LoggerMessage(202, LogLevel.Information, "{Source}: connected again, epoch {Epoch}")]
    public static partial void Reconnected(ILogger logger, string source, int epoch);

    [LoggerMessage(
        220, LogLevel.Warning, "{Source}: begins at {Start:0.###} s, but the file ends at {End:0.###} s: no frame is read")]
    public static partial void StartBeyondEnd(ILogger logger, string source, double start, double end);
}
