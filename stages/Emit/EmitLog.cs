using Microsoft.Extensions.Logging;

namespace Streaming.Stages.Emit;

/// <summary>The log messages of outputs; their event IDs are 240 to 249.</summary>
internal static partial class EmitLog
{
    [LoggerMessage(240, LogLevel.Warning, "{Target}: has no sound: {Reason}")]
    public static partial void WithoutSound(ILogger logger, string target, string reason);

    [LoggerMessage(241, LogLevel.Warning, "{Source}: viewers miss a picture: {Reason}")]
    public static partial void NoLivePicture(ILogger logger, string source, string reason);
}
