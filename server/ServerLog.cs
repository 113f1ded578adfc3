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
}
