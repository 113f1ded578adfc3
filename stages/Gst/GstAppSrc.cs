using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Gst;

/// <summary>The beginning of a pipeline where frames are put in.</summary>
internal sealed unsafe class GstAppSrc
{
    private readonly nint _source;
    private readonly ulong _duration;

    /// <param name="source">An appsrc.</param>
    /// <param name="size">Of all frames.</param>
    /// <param name="rate">Nominal; the frames' times count.</param>
    public GstAppSrc(GstElement source, ImageSize size, FrameRate rate)
    {
        _source = source.Handle;
        _duration = (ulong)(1e9 / rate.Value);
        var caps = GstNative.gst_caps_from_string(
            $"video/x-raw,format=BGR,width={size.Width},height={size.Height},framerate={rate.Numerator}/{rate.Denominator}");
        GstNative.gst_app_src_set_caps(_source, caps);
        GstNative.gst_mini_object_unref(caps);
    }

    /// <summary>What waits in it.</summary>
    public long QueuedBytes => (long)GstNative.GetNumber(_source, "current-level-bytes");

    /// <summary>Puts in a copy of a frame; waits while the pipeline is behind. False when the pipeline takes no more.</summary>
    /// <param name="picture">Rows of B, G, R.</param>
    /// <param name="pts">When it is shown.</param>
    public bool TryPush(ImageView picture, TimeSpan pts)
    {
        var (height, stride) = (picture.Size.Height, GstSample.StrideOf(picture.Size.Width));
        var buffer = GstNative.gst_buffer_new_allocate(0, (nuint)height * (nuint)stride, 0);
        fixed (byte* rows = picture.Pixels)
        {
            for (var y = 0; y < height; y++)
            {
                var row = (nint)(rows + ((nint)y * picture.Stride));
                _ = GstNative.gst_buffer_fill(buffer, (nuint)y * (nuint)stride, row, (nuint)picture.Size.Width * 3);
            }
        }

        *(ulong*)(buffer + GstNative.BufferPts) = (ulong)pts.Ticks * 100;
        // Of the last frame it is all that a muxer knows: no later one says when it ends.
        *(ulong*)(buffer + GstNative.BufferDuration) = _duration;
        return GstNative.gst_app_src_push_buffer(_source, buffer) == GstNative.FlowOk;
    }

    /// <summary>No frame follows.</summary>
    public void End()
    {
        _ = GstNative.gst_app_src_end_of_stream(_source);
    }
}
