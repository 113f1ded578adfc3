using Streaming.Stages.Gst;

namespace Streaming.Testing;

/// <summary>Small H.264 and H.265 videos, made when needed.</summary>
public static class CodedVideos
{
    /// <summary>Whether GStreamer can make and read one here.</summary>
    /// <param name="codec">"h264" or "h265".</param>
    public static bool CanWrite(string codec = "h264")
    {
        return GStreamer.Has("mp4mux") && GStreamer.Has($"{codec}parse") && GStreamer.Has(Encoder(codec));
    }

    /// <summary>Writes an MP4 with a moving ball.</summary>
    /// <param name="path">The file.</param>
    /// <param name="frames">How many.</param>
    /// <param name="codec">"h264" or "h265".</param>
    /// <param name="rate">Frames a second.</param>
    /// <param name="keyInterval">Frames from one key frame to the next.</param>
    /// <param name="bFrames">Frames that are coded in another order than they are shown in.</param>
    public static string Write(
        string path, int frames, string codec = "h264", int rate = 25, int keyInterval = 25, int bFrames = 0)
    {
        var settings = codec == "h264"
            ? $"x264enc speed-preset=ultrafast key-int-max={keyInterval} bframes={bFrames} b-adapt=false"
            : $"x265enc speed-preset=ultrafast key-int-max={keyInterval}";
        using var pipeline = new GstPipeline(
            $"videotestsrc num-buffers={frames} pattern=ball ! video/x-raw,width=160,height=120,framerate={rate}/1,format=I420"
            + $" ! {settings} ! {codec}parse ! mp4mux ! filesink name=file");
        pipeline["file"].Set("location", path);
        pipeline.Play();
        Assert.Null(pipeline.WaitForEnd(TimeSpan.FromSeconds(60)));
        return path;
    }

    private static string Encoder(string codec)
    {
        return codec == "h264" ? "x264enc" : "x265enc";
    }
}
