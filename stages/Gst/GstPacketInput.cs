using System.Globalization;
using Streaming.Stages.Packets;

namespace Streaming.Stages.Gst;

/// <summary>The beginning of a pipeline where packets are put in.</summary>
internal sealed unsafe class GstPacketInput
{
    private const int NanosecondsPerTick = 100;

    private readonly nint _source;

    /// <param name="source">An appsrc with format=time.</param>
    /// <param name="format">What all packets are coded as. Nothing reads it but players: a muxer copies it.</param>
    public GstPacketInput(GstElement source, PacketFormat format)
    {
        _source = source.Handle;
        var form = format.Codec == VideoCodec.H264 ? "video/x-h264,stream-format=avc" : "video/x-h265,stream-format=hvc1";
        var caps = GstNative.gst_caps_from_string(string.Create(
            CultureInfo.InvariantCulture,
            $"{form},alignment=au,width={format.Size.Width},height={format.Size.Height},"
                + $"codec_data=(buffer){Convert.ToHexStringLower(format.Header)}"));
        GstNative.gst_app_src_set_caps(_source, caps);
        GstNative.gst_mini_object_unref(caps);
    }

    /// <summary>Puts a packet in; false when the pipeline takes no more.</summary>
    /// <param name="packet">The packet, with times from 0 on.</param>
    /// <param name="duration">How long it is shown.</param>
    public bool TryPush(Packet packet, TimeSpan duration)
    {
        var buffer = GstNative.gst_buffer_new_allocate(0, (nuint)packet.Data.Length, 0);
        fixed (byte* data = packet.Data)
        {
            _ = GstNative.gst_buffer_fill(buffer, 0, (nint)data, (nuint)packet.Data.Length);
        }

        *(ulong*)(buffer + GstNative.BufferPts) = (ulong)packet.Pts.Ticks * NanosecondsPerTick;
        *(ulong*)(buffer + GstNative.BufferDts) = (ulong)packet.Dts.Ticks * NanosecondsPerTick;
        *(ulong*)(buffer + GstNative.BufferDuration) = (ulong)duration.Ticks * NanosecondsPerTick;
        if (!packet.IsKey)
        {
            _ = GstNative.gst_buffer_set_flags(buffer, GstNative.FlagDeltaUnit);
        }

        return GstNative.gst_app_src_push_buffer(_source, buffer) == GstNative.FlowOk;
    }

    /// <summary>No packet follows.</summary>
    public void End()
    {
        _ = GstNative.gst_app_src_end_of_stream(_source);
    }
}
