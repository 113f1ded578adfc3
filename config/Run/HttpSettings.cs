using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>The settings of <see cref="HttpSection"/>.</summary>
internal static class HttpSettings
{
    /// <summary>Where `streaming serve` listens unless somebody says something else.</summary>
    public const string UsualListen = "127.0.0.1:8080";

    /// <summary>See <see cref="HttpSection.Listen"/>.</summary>
    public static Setting<string> Listen { get; } = new("http.listen", SettingTypes.Text("HOST:PORT"))
    {
        Flags = [new SettingFlag("--http")],
        DefaultText = $"`streaming serve`: {UsualListen}; otherwise nowhere",
        Help = "Serves the live page, the API, /metrics and /healthz ([live.md](live.md)).",
    };

    /// <summary>See <see cref="HttpSection.Token"/>.</summary>
    public static Setting<string> Token { get; } = new("http.token", SettingTypes.Text("TOKEN"))
    {
        Variable = "STREAMING_HTTP_TOKEN",
        IsSecret = true,
        Help = "Whoever shows it may see and change everything; needed to listen beyond this machine. Better from the "
            + "environment.",
    };

    /// <summary>See <see cref="HttpSection.ViewToken"/>.</summary>
    public static Setting<string> ViewToken { get; } = new("http.view_token", SettingTypes.Text("TOKEN"))
    {
        Variable = "STREAMING_HTTP_VIEW_TOKEN",
        IsSecret = true,
        Help = "Whoever shows it may see everything and change nothing. Better from the environment.",
    };

    /// <summary>See <see cref="HttpSection.Proxies"/>.</summary>
    public static Setting<IReadOnlyList<string>> Proxies { get; } = new("http.proxies", SettingTypes.Texts("NAME"))
    {
        Usual = [],
        Help = "Names under which browsers reach the page through a proxy that speaks https for it, such as "
            + "cameras.example.org.",
    };

    /// <summary>See <see cref="HttpSection.Certificate"/>.</summary>
    public static Setting<string> Certificate { get; } = new("http.certificate", SettingTypes.PathName("FILE"))
    {
        Flags = [new SettingFlag("--http-certificate")],
        DefaultText = "not encrypted",
        Help = "PEM file with the server's certificate (and those of intermediate authorities): serves https. It is read again "
            + "when it changes.",
    };

    /// <summary>See <see cref="HttpSection.Key"/>.</summary>
    public static Setting<string> Key { get; } = new("http.key", SettingTypes.PathName("FILE"))
    {
        Flags = [new SettingFlag("--http-key")],
        Help = "PEM file with the certificate's private key.",
    };

    /// <summary>See <see cref="HttpSection.DetectQueue"/>.</summary>
    public static Setting<int> DetectQueue { get; } = new("http.detect_queue", SettingTypes.Whole(1, 10_000))
    {
        Usual = 64,
        Help = "Most pictures of POST /api/v1/detect that wait or are worked on; further ones are answered with 429.",
    };

    /// <summary>See <see cref="HttpSection.DetectPriority"/>.</summary>
    public static Setting<DetectPriority> DetectPriority { get; } = new(
        "http.detect_priority",
        SettingTypes.Choice(
            ("low", Run.DetectPriority.Low), ("normal", Run.DetectPriority.Normal), ("high", Run.DetectPriority.High)))
    {
        Usual = Run.DetectPriority.Normal,
        Help = "How such pictures stand against the sources' frames: low, one at a time; normal, a batch at a time; high, as "
            + "many as the frames of a file.",
    };

    /// <summary>The section.</summary>
    public static SettingsSection Section { get; } = new(
        "http", "The live page and the API.", [Listen, Token, ViewToken, Proxies, Certificate, Key, DetectQueue, DetectPriority]);
}
