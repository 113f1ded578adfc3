using System.Buffers.Binary;
using Streaming.Model.Structures;
using Streaming.Stages.Packets;

namespace Streaming.Stages.Isolation;

/// <summary>What a decoder process writes before the bytes of a format or a packet: 32 bytes, little-endian.</summary>
/// <param name="Kind">What follows.</param>
/// <param name="Length">How many bytes follow.</param>
/// <param name="First">A packet's PTS in ticks, a format's width.</param>
/// <param name="Second">A packet's DTS in ticks, a format's height.</param>
/// <param name="Detail">1 for a key frame; a format's codec.</param>
internal readonly record struct PacketHeader(PacketHeader.Content Kind, int Length, long First, long Second, int Detail)
{
    /// <summary>How many bytes it has.</summary>
    public const int Bytes = 32;

    private const int MostPixels = 1 << 15;

    /// <summary>No stream is that long: a thousand years.</summary>
    private static readonly long MostTicks = TimeSpan.FromDays(365_000).Ticks;

    /// <summary>What follows a header.</summary>
    public enum Content
    {
        /// <summary>What the next packets are coded as.</summary>
        Format = 1,

        /// <summary>A packet.</summary>
        Packet = 2,
    }

    /// <summary>The header of a format.</summary>
    public static PacketHeader Of(PacketFormat format)
    {
        return new PacketHeader(
            Content.Format, format.Header.Length, format.Size.Width, format.Size.Height, (int)format.Codec);
    }

    /// <summary>The header of a packet.</summary>
    public static PacketHeader Of(Packet packet)
    {
        return new PacketHeader(
            Content.Packet, packet.Data.Length, packet.Pts.Ticks, packet.Dts.Ticks, packet.IsKey ? 1 : 0);
    }

    /// <summary>Reads a header, which is not trusted.</summary>
    /// <exception cref="InvalidDataException">It says what cannot be.</exception>
    public static PacketHeader Read(ReadOnlySpan<byte> bytes)
    {
        var header = new PacketHeader(
            (Content)BinaryPrimitives.ReadInt32LittleEndian(bytes),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]));
        return header.IsSound ? header
            : throw new InvalidDataException($"a packet of kind {(int)header.Kind} and {header.Length} bytes");
    }

    private bool IsSound => Kind switch
    {
        Content.Format => Length is > 0 and <= PacketFormat.MostHeaderBytes && First is > 0 and <= MostPixels
            && Second is > 0 and <= MostPixels && Enum.IsDefined((VideoCodec)Detail),
        Content.Packet => Length is > 0 and <= Packet.MostBytes && IsTime(First) && IsTime(Second),
        _ => false,
    };

    /// <summary>Without the absolute value: the least number has none.</summary>
    private static bool IsTime(long ticks)
    {
        return ticks > -MostTicks && ticks < MostTicks;
    }

    /// <summary>Writes it.</summary>
    public void Write(Span<byte> bytes)
    {
        bytes[..Bytes].Clear();
        BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)Kind);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], First);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], Second);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[24..], Detail);
    }

    /// <summary>The format that it describes.</summary>
    public PacketFormat ToFormat(byte[] content)
    {
        return new PacketFormat((VideoCodec)Detail, new ImageSize((int)Second, (int)First), content);
    }

    /// <summary>The packet that it describes.</summary>
    public Packet ToPacket(byte[] content)
    {
        return new Packet(new TimeSpan(First), new TimeSpan(Second), Detail == 1, content);
    }
}
