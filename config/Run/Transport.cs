namespace Streaming.Config.Run;

/// <summary>How an RTSP camera sends its packets.</summary>
internal enum Transport
{
    /// <summary>In the connection of the commands: nothing is lost, and firewalls let it through.</summary>
    Tcp,

    /// <summary>As datagrams.</summary>
    Udp,
}
