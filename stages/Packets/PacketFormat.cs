using Streaming.Model.Structures;

namespace Streaming.Stages.Packets;

/// <summary>What a stream's packets are coded as.</summary>
internal enum VideoCodec
{
    /// <summary>H.264.</summary>
    H264 = 1,

    /// <summary>H.265.</summary>
    H265 = 2,
}

/// <summary>What a player must know before the first packet.</summary>
/// <param name="Codec">How they are coded.</param>
/// <param name="Size">Height and width in pixels.</param>
/// <param name="Header">The parameter sets, as MP4 files have them (avcC or hvcC).</param>
internal sealed record PacketFormat(VideoCodec Codec, ImageSize Size, byte[] Header)
{
    /// <summary>Most bytes of a header; real ones have less than a hundred.</summary>
    public const int MostHeaderBytes = 64 << 10;

    /// <summary>Whether packets of both fit into one file.</summary>
    public bool IsSame(PacketFormat other)
    {
        return ReferenceEquals(this, other)
            || (Codec == other.Codec && Size == other.Size && Header.AsSpan().SequenceEqual(other.Header));
    }
}
