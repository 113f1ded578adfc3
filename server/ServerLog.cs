using Microsoft.Extensions.Logging;

namespace Streaming.Server;

/// <summary>All log messages of this project; their numbers are 500 to 599.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(500, LogLevel.Information, "{What} on {Address}")]
    public static partial void Listening(ILogger logger, string what, string address);

    [LoggerMessage(501, LogLevel.Information, "{Path}: a new certificate is served, valid until {End:yyyy-MM-dd HH:mm} UTC")]
    public static partial void CertificateChanged(ILogger logger, string path, DateTime end);

    [LoggerMessage(502, LogLevel.Warning, "The earlier certificate is still served: {Reason}")]
    public static partial void CertificateNotChanged(ILogger logger, string reason);

    [LoggerMessage(540, LogLevel.Warning, "{Path}: {Count} lines are no events and are left out of the index")]
    public static partial void LinesAreNoEvents(ILogger logger, string path, int count);

    [LoggerMessage(541, LogLevel.Warning, "{Path}: the index of events is of no use and is made anew: {Reason}")]
    public static partial void IndexMadeAnew(ILogger logger, string path, string reason);

    [LoggerMessage(542, LogLevel.Warning, "{Path}: the index of events cannot be brought up to date: {Reason}")]
    public static partial void IndexNotUpdated(ILogger logger, string path, string reason);
}
