using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Gst;

/// <summary>A decoded frame that was taken out of a pipeline.</summary>
internal sealed unsafe class GstSample : IDisposable
{
    private const int NanosecondsPerTick = 100;

    private nint _sample;

    /// <param name="sample">The sample, taken over.</param>
    /// <param name="index">How many frames came before it.</param>
    public GstSample(nint sample, long index)
    {
        (_sample, Index) = (sample, index);
        var format = GstNative.gst_caps_get_structure(GstNative.gst_sample_get_caps(sample), 0);
        GstNative.gst_structure_get_int(format, "width", out var width);
        GstNative.gst_structure_get_int(format, "height", out var height);
        Size = new ImageSize(height, width);
        var isRated = GstNative.gst_structure_get_fraction(format, "framerate", out var numerator, out var denominator);
        FrameRate = isRated && numerator > 0 && denominator > 0 ? new FrameRate(numerator, denominator) : null;
        var pts = *(ulong*)(GstNative.gst_sample_get_buffer(sample) + GstNative.BufferPts);
        Pts = pts == ulong.MaxValue ? null : TimeSpan.FromTicks((long)(pts / NanosecondsPerTick));
    }

    /// <summary>How many frames came before this one, those that nobody took included.</summary>
    public long Index { get; }

    /// <summary>Height and width in pixels.</summary>
    public ImageSize Size { get; }

    /// <summary>Null when the stream does not say it.</summary>
    public FrameRate? FrameRate { get; }

    /// <summary>Presentation time; null when the stream does not say it.</summary>
    public TimeSpan? Pts { get; }

    /// <summary>Copies a frame of B, G, R bytes; false when it cannot be read.</summary>
    /// <param name="pixels">Of the same size.</param>
    public bool TryCopyTo(PixelBuffer pixels)
    {
        var buffer = GstNative.gst_sample_get_buffer(_sample);
        if (!GstNative.gst_buffer_map(buffer, out var map, GstNative.MapRead))
        {
            return false;
        }

        var (row, stride) = (Size.Width * 3, StrideOf(Size.Width));
        var isWhole = map.Size >= ((nuint)(Size.Height - 1) * (nuint)stride) + (nuint)row;
        for (var y = 0; y < Size.Height && isWhole; y++)
        {
            new ReadOnlySpan<byte>((byte*)map.Data + ((nint)y * stride), row).CopyTo(pixels.Span[(y * pixels.Stride)..]);
        }

        GstNative.gst_buffer_unmap(buffer, ref map);
        return isWhole;
    }

    public void Dispose()
    {
        if (_sample != 0)
        {
            GstNative.gst_mini_object_unref(_sample);
            _sample = 0;
        }
    }

    /// <summary>GStreamer pads rows to a multiple of four bytes.</summary>
    internal static int StrideOf(int width)
    {
        return ((width * 3) + 3) & ~3;
    }
}
