namespace Streaming.Stages.Decode;

/// <summary>How a server answers.</summary>
internal enum ConnectionState
{
    /// <summary>It takes a connection, or it was not asked.</summary>
    Answers,

    /// <summary>There is no host of that name.</summary>
    HostUnknown,

    /// <summary>Nobody listens, or the host cannot be reached.</summary>
    Refused,

    /// <summary>It answers, but an encrypted connection cannot be set up.</summary>
    TlsFailed,
}
