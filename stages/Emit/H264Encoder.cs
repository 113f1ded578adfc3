using Streaming.Stages.Gst;

namespace Streaming.Stages.Emit;

/// <summary>The H.264 encoders that GStreamer may have, and which of them works here.</summary>
internal static class H264Encoder
{
    /// <summary>
    /// Best first; hardware before software. Without B-frames: frames are then stored in the order of their times, so that a
    /// variable rate comes out right at the end of the file too, and a frame is in the file soon. x264enc gives a muxer what it
    /// asks for; h264parse, which comes with the largest package of plugins, is for the others.
    /// </summary>
    private static readonly (string Element, string Settings)[] Known =
    [
        ("nvh264enc", "nvh264enc gop-size=60 ! h264parse"),
        ("vah264enc", "vah264enc key-int-max=60 ! h264parse"),
        ("x264enc", "x264enc pass=quant quantizer=23 speed-preset=veryfast key-int-max=60 bframes=0"),
        ("openh264enc", "openh264enc gop-size=60 bitrate=6000000 ! h264parse"),
    ];

    private static readonly Lazy<string?> Working = new(Find);

    /// <summary>The chosen one's name, or null when there is none.</summary>
    public static string? Name => Working.Value;

    /// <summary>The chosen one as a part of a pipeline.</summary>
    internal static string Settings => Known.First(encoder => encoder.Element == Name).Settings;

    /// <summary>An installed encoder need not work (no GPU, no licence, no memory): each is tried with two frames.</summary>
    private static string? Find()
    {
        return GStreamer.Version is null
            ? null
            : Known.FirstOrDefault(encoder => GStreamer.Has(encoder.Element) && Works(encoder.Settings)).Element;
    }

    private static bool Works(string settings)
    {
        try
        {
            using var pipeline = new GstPipeline(
                "videotestsrc num-buffers=2 ! video/x-raw,width=320,height=240,framerate=25/1 ! videoconvert"
                + $" ! video/x-raw,format={H264VideoSink.Format} ! {settings} ! mp4mux ! fakesink");
            pipeline.Play();
            return pipeline.WaitForEnd(TimeSpan.FromSeconds(10)) is null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
