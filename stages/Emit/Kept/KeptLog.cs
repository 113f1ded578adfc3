using Microsoft.Extensions.Logging;

namespace Streaming.Stages.Emit.Kept;

/// <summary>Log messages of snapshots and clips; their numbers are 270 to 289.</summary>
internal static partial class KeptLog
{
    [LoggerMessage(270, LogLevel.Information, "{Path}: removed, the oldest of the snapshots and clips: {Reason}")]
    public static partial void Removed(ILogger logger, string path, string reason);

    [LoggerMessage(271, LogLevel.Warning, "{Path}: should be removed and cannot be: {Message}")]
    public static partial void NotRemoved(ILogger logger, string path, string message);

    [LoggerMessage(272, LogLevel.Information, "{Path}: kept of a clip that was not finished")]
    public static partial void Recovered(ILogger logger, string path);

    [LoggerMessage(273, LogLevel.Warning, "{Source}: the clip of {Event} lacks {Packets} packets: the disk is too slow")]
    public static partial void PacketsLost(ILogger logger, string source, string @event, long packets);

    [LoggerMessage(274, LogLevel.Warning, "{Source}: there is no clip of {Event}: nothing of the stream is left from then")]
    public static partial void NothingThere(ILogger logger, string source, string @event);

    [LoggerMessage(275, LogLevel.Warning, "{Source}: clips lack {Frames} frames so far: the encoder is too slow")]
    public static partial void FramesLost(ILogger logger, string source, long frames);
}
