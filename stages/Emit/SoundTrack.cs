using Streaming.Stages.Frames;
using Streaming.Stages.Gst;

namespace Streaming.Stages.Emit;

/// <summary>Copies a file's sound into the video that was made of it: nothing is encoded again.</summary>
internal static class SoundTrack
{
    /// <summary>What sound may be coded as, in GStreamer's words; what a container cannot hold fails when it is linked.</summary>
    private const string Codecs = "audio/mpeg;audio/x-ac3;audio/x-eac3;audio/x-dts;audio/x-opus;audio/x-vorbis;audio/x-flac;"
        + "audio/x-alac;audio/x-raw;audio/x-alaw;audio/x-mulaw;audio/x-adpcm;audio/x-wma;audio/x-speex;audio/AMR;audio/AMR-WB";

    private const string Sound = $"filesrc name=sound ! parsebin name=streams streams. ! capsfilter caps=\"{Codecs}\"";

    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Long enough for gigabytes, and less than an output may hang.</summary>
    private static readonly TimeSpan CopyTimeout = TimeSpan.FromSeconds(100);

    /// <summary>Puts the sound of a source into a video of it. The video stays as it is when that fails.</summary>
    /// <param name="source">What the video shows.</param>
    /// <param name="video">A finished H.264 video (.mp4 or .mkv).</param>
    /// <param name="summary">How the source ended.</param>
    /// <param name="startsLate">Whether the video lacks the source's first frames.</param>
    /// <returns>Why the sound was not copied; null when it was, or when there is none.</returns>
    public static string? Copy(SourceInfo source, string video, StreamSummary summary, bool startsLate)
    {
        if (source.Range is not { } range || !HasSound(source.Location))
        {
            return null;
        }

        if (range.Start > TimeSpan.Zero || range.End is not null || summary.End != StreamEnd.Eof || startsLate)
        {
            return "sound is copied only when a file is processed from its beginning to its end";
        }

        var partial = $"{video}.partial";
        var (demuxer, muxer) = H264VideoSink.IsMatroska(video) ? ("matroskademux", "matroskamux") : ("qtdemux", "mp4mux");
        var error = Run(
            $"filesrc name=video ! {demuxer} ! h264parse ! queue ! mux.video_0 {Sound} ! queue ! mux.audio_0"
                + $" {muxer} name=mux ! filesink name=file",
            [("video", video), ("sound", source.Location), ("file", partial)],
            CopyTimeout);
        if (error is null)
        {
            File.Move(partial, video, overwrite: true);
            return null;
        }

        File.Delete(partial);
        return $"{Path.GetExtension(video)} cannot hold sound of this codec, or the disk is full ({error.TrimEnd('.')})";
    }

    private static bool HasSound(string path)
    {
        return Run($"{Sound} ! fakesink num-buffers=1", [("sound", path)], ProbeTimeout) is null;
    }

    /// <summary>Runs a pipeline to its end; null when that went well.</summary>
    private static string? Run(string description, IReadOnlyList<(string Element, string Path)> files, TimeSpan timeout)
    {
        try
        {
            using var pipeline = new GstPipeline(description);
            foreach (var (element, path) in files)
            {
                pipeline[element].Set("location", path);
            }

            pipeline.Play();
            return pipeline.WaitForEnd(timeout)?.Message;
        }
        catch (InvalidOperationException exception)
        {
            return exception.Message;
        }
    }
}
