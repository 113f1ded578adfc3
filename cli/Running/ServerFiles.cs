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
        return Read(values, MetricsSettings.Certificate, MetricsSettings.Key, logger);
    }

    /// <summary>The certificate of the live page; null to listen unencrypted.</summary>
    /// <exception cref="UsageException">It cannot be used.</exception>
    public static CertificateFiles? PageCertificate(SettingValues values, ILogger logger)
    {
        return Read(values, HttpSettings.Certificate, HttpSettings.Key, logger);
    }

    /// <summary>What is wrong with them, one sentence each.</summary>
    public static IEnumerable<string> Errors(SettingValues values)
    {
        try
        {
            Certificate(values, NullLogger.Instance);
            PageCertificate(values, NullLogger.Instance);
            return [];
        }
        catch (UsageException exception)
        {
            return [exception.Message];
        }
    }

    private static CertificateFiles? Read(
        SettingValues values, Setting<string> certificate, Setting<string> key, ILogger logger)
    {
        try
        {
            return values.Find(certificate) is { } path && values.Find(key) is { } keyPath
                ? new CertificateFiles(path, keyPath, logger) : null;
        }
        catch (CertificateException exception)
        {
            throw new UsageException($"{values.Full(certificate)}: {exception.Message}");
        }
    }
}
