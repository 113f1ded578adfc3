using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Streaming.Server.Connections;

/// <summary>
/// How much of this process readers can take: few connections, each for a short time. Readers ask for a page of text and go;
/// whoever holds a connection longer is broken or wants to do harm.
/// </summary>
internal static class ConnectionLimits
{
    /// <summary>Most connections at once; further ones are closed at once.</summary>
    public const int MaxConnections = 64;

    /// <summary>Least bytes a second in either direction, after <see cref="RateGrace"/>.</summary>
    private const double MinBytesPerSecond = 1024;

    private const int MaxHeadersBytes = 16 * 1024;

    private static readonly TimeSpan RateGrace = TimeSpan.FromSeconds(5);

    /// <summary>Most time for the encrypted connection to be set up.</summary>
    public static TimeSpan HandshakeTimeout { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Sets all limits of a server.</summary>
    public static void Apply(KestrelServerLimits limits)
    {
        limits.MaxConcurrentConnections = MaxConnections;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(20);
        limits.MinRequestBodyDataRate = new MinDataRate(MinBytesPerSecond, RateGrace);
        limits.MinResponseDataRate = new MinDataRate(MinBytesPerSecond, RateGrace);
        limits.MaxRequestHeadersTotalSize = MaxHeadersBytes;
        // Nothing is ever sent to us.
        limits.MaxRequestBodySize = 0;
    }
}
