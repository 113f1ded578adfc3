namespace Streaming.Stages.Packets;

/// <summary>Gets a source's packets in the order of the stream. Used by one thread at a time; never waits for long.</summary>
internal interface IPacketTarget
{
    /// <summary>Takes a packet.</summary>
    /// <param name="format">What it is coded as.</param>
    /// <param name="packet">The packet.</param>
    void Add(PacketFormat format, Packet packet);
}
