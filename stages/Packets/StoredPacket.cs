namespace Streaming.Stages.Packets;

/// <summary>A packet in a <see cref="PacketRing"/>.</summary>
/// <param name="Number">Counts the packets of a ring; without a gap unless some were lost.</param>
/// <param name="Epoch">The source's epoch.</param>
/// <param name="Format">What it is coded as.</param>
/// <param name="Packet">The packet.</param>
internal sealed record StoredPacket(long Number, int Epoch, PacketFormat Format, Packet Packet);
