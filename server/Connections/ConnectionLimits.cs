using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Streaming.Server.Connections;

/// <summary>
/// How much of this process clients can take. Readers ask for a page of text and go; whoever holds a connection longer is broken
/// or wants to do harm. Viewers of the page keep some: a WebSocket each, and what browsers hold ready.
/// </summary>
/// <param name="Connections">Most connections at once; further ones are closed at once.</param>
/// <param name="WebSockets">Most of them that may be WebSockets.</param>
internal sealed record ConnectionLimits(int Connections, int WebSockets)
{
    /// <summary>Least bytes a second in either direction, after <see cref="RateGrace"/>.</summary>
    private const double MinBytesPerSecond = 1024;

    private const int MaxHeadersBytes = 16 * 1024;

    private static readonly TimeSpan RateGrace = TimeSpan.FromSeconds(5);

    /// <summary>For metrics and health.</summary>
    public static ConnectionLimits Readers { get; } = new(64, 0);

    /// <summary>For the live page: browsers open six connections each.</summary>
    public static ConnectionLimits Viewers { get; } = new(1024, 128);

    /// <summary>Most time for the encrypted connection to be set up.</summary>
    public static TimeSpan HandshakeTimeout { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Sets all limits of a server.</summary>
    public void Apply(KestrelServerLimits limits)
    {
        limits.MaxConcurrentConnections = Connections;
        limits.MaxConcurrentUpgradedConnections = WebSockets;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(20);
        limits.MinRequestBodyDataRate = new MinDataRate(MinBytesPerSecond, RateGrace);
        limits.MinResponseDataRate = new MinDataRate(MinBytesPerSecond, RateGrace);
        limits.MaxRequestHeadersTotalSize = MaxHeadersBytes;
        // Nothing is sent to us, but where an endpoint has a BodyLimit.
        limits.MaxRequestBodySize = 0;
    }
}
