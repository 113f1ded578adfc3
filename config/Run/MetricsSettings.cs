using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>The settings of <see cref="MetricsSection"/>.</summary>
internal static class MetricsSettings
{
    /// <summary>See <see cref="MetricsSection.Listen"/>.</summary>
    public static Setting<string> Listen { get; } = new("metrics.listen", SettingTypes.Text("HOST:PORT"))
    {
        Flags = [new SettingFlag("--metrics")],
        Help = "Serves /metrics, /healthz and /status, for example on 127.0.0.1:9464.",
    };

    /// <summary>See <see cref="MetricsSection.Token"/>.</summary>
    public static Setting<string> Token { get; } = new("metrics.token", SettingTypes.Text("TOKEN"))
    {
        Variable = "STREAMING_METRICS_TOKEN",
        IsSecret = true,
        Help = "Bearer token that readers must show; needed to listen beyond this machine. Better from the environment.",
    };

    /// <summary>See <see cref="MetricsSection.Certificate"/>.</summary>
    public static Setting<string> Certificate { get; } = new("metrics.certificate", SettingTypes.PathName("FILE"))
    {
        Flags = [new SettingFlag("--metrics-certificate")],
        DefaultText = "not encrypted",
        Help = "PEM file with the server's certificate (and those of intermediate authorities): serves https. It is read again "
            + "when it changes.",
    };

    /// <summary>See <see cref="MetricsSection.Key"/>.</summary>
    public static Setting<string> Key { get; } = new("metrics.key", SettingTypes.PathName("FILE"))
    {
        Flags = [new SettingFlag("--metrics-key")],
        Help = "PEM file with the certificate's private key.",
    };

    /// <summary>The section.</summary>
    public static SettingsSection Section { get; } = new("metrics", "Who may watch.", [Listen, Token, Certificate, Key]);
}
