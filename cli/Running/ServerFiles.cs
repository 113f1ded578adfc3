using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Config.Run;
using Streaming.Config.Settings;
using Streaming.Server.Access;

namespace Streaming.Cli.Running;

/// <summary>The files that the HTTP server needs.</summary>
internal static class ServerFiles
{
    /// <summary>The server's certificate; null to listen unencrypted.</summary>
    /// <exception cref="UsageException">It cannot be used.</exception>
    public static CertificateFiles? Certificate(SettingValues values, ILogger logger)
    {
        var section = MetricsSection.From(values);
        try
        {
            return section is { Certificate: { } path, Key: { } key } ? new CertificateFiles(path, key, logger) : null;
        }
        catch (CertificateException exception)
        {
            throw new UsageException($"{values.Full(MetricsSettings.Certificate)}: {exception.Message}");
        }
    }

    /// <summary>What is wrong with them, one sentence each.</summary>
    public static IEnumerable<string> Errors(SettingValues values)
    {
        try
        {
            Certificate(values, NullLogger.Instance);
            return [];
        }
        catch (UsageException exception)
        {
            return [exception.Message];
        }
    }
}
