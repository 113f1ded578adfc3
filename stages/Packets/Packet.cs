namespace Streaming.Stages.Packets;

/// <summary>A coded frame as its source sent it: an access unit whose NAL units have their lengths before them.</summary>
/// <param name="Pts">When it is shown, in the source's time: that of the decoded frame.</param>
/// <param name="Dts">When it is decoded; before <paramref name="Pts"/> where frames are coded in another order.</param>
/// <param name="IsKey">Whether decoding can begin with it.</param>
/// <param name="Data">Its bytes, which nobody changes.</param>
internal sealed record Packet(TimeSpan Pts, TimeSpan Dts, bool IsKey, byte[] Data)
{
    /// <summary>Most bytes of a packet; key frames of 4K cameras have one or two million.</summary>
    public const int MostBytes = 16 << 20;
}
