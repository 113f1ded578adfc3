using Streaming.Config.Settings;

namespace Streaming.Config.Run;

/// <summary>The live page and the API.</summary>
internal sealed record HttpSection
{
    /// <summary>"HOST:PORT"; null for none.</summary>
    public string? Listen { get; init; }

    /// <summary>Whoever shows it may change everything; needed to listen beyond this machine.</summary>
    public string? Token { get; init; }

    /// <summary>Whoever shows it may see everything.</summary>
    public string? ViewToken { get; init; }

    /// <summary>Names of the proxies before it.</summary>
    public IReadOnlyList<string> Proxies { get; init; } = [];

    /// <summary>PEM file with the server's certificate; null to listen unencrypted.</summary>
    public string? Certificate { get; init; }

    /// <summary>PEM file with the certificate's private key.</summary>
    public string? Key { get; init; }

    /// <summary>Most pictures of requests that wait or are worked on.</summary>
    public int DetectQueue { get; init; } = HttpSettings.DetectQueue.Usual;

    /// <summary>How they stand against the sources' frames.</summary>
    public DetectPriority DetectPriority { get; init; }

    /// <summary>The section that a user described.</summary>
    /// <param name="values">What was said.</param>
    public static HttpSection From(SettingValues values)
    {
        return new HttpSection
        {
            Listen = values.Find(HttpSettings.Listen),
            Token = values.Find(HttpSettings.Token),
            ViewToken = values.Find(HttpSettings.ViewToken),
            Proxies = values.Get(HttpSettings.Proxies),
            Certificate = values.Find(HttpSettings.Certificate),
            Key = values.Find(HttpSettings.Key),
            DetectQueue = values.Get(HttpSettings.DetectQueue),
            DetectPriority = values.Get(HttpSettings.DetectPriority),
        };
    }

    /// <summary>Without the tokens.</summary>
    public override string ToString()
    {
        return Listen ?? "";
    }
}
