using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>Who may watch.</summary>
internal sealed record MetricsSection
{
    /// <summary>"HOST:PORT" for /metrics, /healthz and /status; null for none.</summary>
    public string? Listen { get; init; }

    /// <summary>Bearer token that readers must show; needed to listen beyond this machine.</summary>
    public string? Token { get; init; }

    /// <summary>PEM file with the server's certificate; null to listen unencrypted.</summary>
    public string? Certificate { get; init; }

    /// <summary>PEM file with the certificate's private key.</summary>
    public string? Key { get; init; }

    /// <summary>The section that a user described.</summary>
    /// <param name="values">What was said.</param>
    public static MetricsSection From(SettingValues values)
    {
        return new MetricsSection
        {
            Listen = values.Find(MetricsSettings.Listen),
            Token = values.Find(MetricsSettings.Token),
            Certificate = values.Find(MetricsSettings.Certificate),
            Key = values.Find(MetricsSettings.Key),
        };
    }

    /// <summary>Without the token.</summary>
    public override string ToString()
    {
        return Listen ?? "";
    }
}
