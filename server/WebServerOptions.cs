using System.Net;
using Streaming.Server.Access;
using Streaming.Server.Connections;
using Streaming.Server.Endpoints;

namespace Streaming.Server;

/// <summary>What a server serves, where and to whom.</summary>
/// <param name="Endpoint">Where; port 0 takes a free one.</param>
/// <param name="Endpoints">What it answers.</param>
internal sealed record WebServerOptions(IPEndPoint Endpoint, IReadOnlyList<IEndpoint> Endpoints)
{
    /// <summary>For the log: "Metrics and health".</summary>
    public string What { get; init; } = "Metrics and health";

    /// <summary>Who may do what.</summary>
    public AccessRules Access { get; init; } = new(null);

    /// <summary>Names under which browsers reach it through a proxy that speaks https for it.</summary>
    public IReadOnlyList<string> Proxies { get; init; } = [];

    /// <summary>To listen encrypted; null otherwise.</summary>
    public CertificateFiles? Certificate { get; init; }

    /// <summary>How much its clients can take.</summary>
    public ConnectionLimits Limits { get; init; } = ConnectionLimits.Readers;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether browsers speak https with it, or with the proxy before it.</summary>
    public bool IsEncrypted => Certificate is not null || Proxies.Count > 0;
}
