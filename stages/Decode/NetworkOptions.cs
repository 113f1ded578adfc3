using Streaming.Config.Run;

namespace Streaming.Stages.Decode;

/// <summary>How long a network source may take, how its packets travel and whom it trusts.</summary>
internal sealed record NetworkOptions
{
    /// <summary>From opening to the first frame.</summary>
    /// <value>The default is 10 s.</value>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From one frame to the next.</summary>
    /// <value>The default is 10 s.</value>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How RTSP packets travel.</summary>
    /// <value>The default is TCP.</value>
    public Transport Transport { get; init; } = Transport.Tcp;

    /// <summary>rtsps and https: a PEM file, or <see cref="SourceConfig.TrustAny"/>.</summary>
    /// <value>The default trusts the authorities that this machine knows.</value>
    public string? Trust { get; init; }
}
