using System.Runtime.InteropServices;
using Streaming.Model.Structures;
using Streaming.Stages.Packets;

namespace Streaming.Stages.Gst;

/// <summary>
/// The end of a pipeline where packets are taken out, in the form that MP4 files have: whole access units, the parameter sets
/// apart from them.
/// </summary>
/// <param name="sink">An appsink that is given what <see cref="Form"/> makes.</param>
internal sealed unsafe class GstPacketReader(GstElement sink)
{
    private const int NanosecondsPerTick = 100;

    private PacketFormat? _format;

    /// <summary>The part of a pipeline before the sink that brings packets into this form.</summary>
    public static string Form(VideoCodec codec)
    {
        return codec == VideoCodec.H264
            ? "h264parse ! video/x-h264,stream-format=avc,alignment=au"
            : "h265parse ! video/x-h265,stream-format=hvc1,alignment=au";
    }

    /// <summary>A codec by its name in GStreamer; null for one that is not kept.</summary>
    public static VideoCodec? CodecOf(string? name)
    {
        return name switch
        {
            "video/x-h264" => VideoCodec.H264,
            "video/x-h265" => VideoCodec.H265,
            _ => null,
        };
    }

    /// <summary>The codec of a sample; null for one that is not kept.</summary>
    public static VideoCodec? CodecOf(nint sample)
    {
        var caps = GstNative.gst_sample_get_caps(sample);
        return caps == 0 ? null
            : CodecOf(Marshal.PtrToStringUTF8(GstNative.gst_structure_get_name(GstNative.gst_caps_get_structure(caps, 0))));
    }

    /// <summary>Whether the stream ended, and all packets were taken.</summary>
    public bool IsEos => GstNative.gst_app_sink_is_eos(sink.Handle);

    /// <summary>The next packet; null when none comes in time, or it cannot be used.</summary>
    public (PacketFormat Format, Packet Packet)? TryPull(TimeSpan timeout)
    {
        var sample = GstNative.gst_app_sink_try_pull_sample(sink.Handle, (ulong)timeout.Ticks * NanosecondsPerTick);
        if (sample == 0)
        {
            return null;
        }

        try
        {
            return Read(sample);
        }
        finally
        {
            GstNative.gst_mini_object_unref(sample);
        }
    }

    private (PacketFormat Format, Packet Packet)? Read(nint sample)
    {
        var buffer = GstNative.gst_sample_get_buffer(sample);
        var (pts, dts) = (TimeOf(buffer, GstNative.BufferPts), TimeOf(buffer, GstNative.BufferDts));
        if (ReadFormat(sample) is not { } format || (pts ?? dts) is not { } time || ReadBytes(buffer) is not { } data)
        {
            return null;
        }

        var isKey = (GstNative.gst_buffer_get_flags(buffer) & GstNative.FlagDeltaUnit) == 0;
        return (format, new Packet(time, dts ?? time, isKey, data));
    }

    private PacketFormat? ReadFormat(nint sample)
    {
        var structure = GstNative.gst_caps_get_structure(GstNative.gst_sample_get_caps(sample), 0);
        var header = GstNative.gst_structure_get_value(structure, "codec_data");
        if (header == 0 || CodecOf(sample) is not { } codec
            || !GstNative.gst_structure_get_int(structure, "width", out var width)
            || !GstNative.gst_structure_get_int(structure, "height", out var height)
            || ReadBytes(GstNative.g_value_get_boxed(header)) is not { } bytes)
        {
            return null;
        }

        var format = new PacketFormat(codec, new ImageSize(height, width), bytes);
        return _format = _format?.IsSame(format) == true ? _format : format;
    }

    private static byte[]? ReadBytes(nint buffer)
    {
        if (!GstNative.gst_buffer_map(buffer, out var map, GstNative.MapRead))
        {
            return null;
        }

        var isSound = map.Size is > 0 and <= Packet.MostBytes;
        var bytes = isSound ? new ReadOnlySpan<byte>((void*)map.Data, (int)map.Size).ToArray() : null;
        GstNative.gst_buffer_unmap(buffer, ref map);
        return bytes;
    }

    private static TimeSpan? TimeOf(nint buffer, int field)
    {
        var time = *(ulong*)(buffer + field);
        return time == ulong.MaxValue ? null : TimeSpan.FromTicks((long)(time / NanosecondsPerTick));
    }
}
