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

    /// <summary>The section.</summary>
    public static SettingsSection Section { get; } = new("metrics", "Who may watch.", [Listen, Token]);
}
