using System.Security.Cryptography;
using OpenCvSharp;
using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Stages.Gst;

namespace Streaming.Stages.Tests.Emit;

/// <summary>Videos of files that have sound, with real encoders and containers.</summary>
public sealed class SoundTrackTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly PixelPool _pool = new();
    private readonly List<string> _log = [];

    public void Dispose()
    {
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("mp4mux", "mp4", "avenc_aac", "mp4")]
    [InlineData("mp4mux", "mp4", "avenc_aac", "mkv")]
    [InlineData("matroskamux", "mkv", "vorbisenc", "mkv")]
    public void Video_OfAFileWithSound_HoldsTheSameSound(string muxer, string extension, string encoder, string output)
    {
        var source = Make(muxer, extension, encoder);
        var video = _folder.File($"annotated.{output}");
        var frames = Annotate(source, video, StreamEnd.Eof);
        Assert.Empty(_log);
        Assert.Equal(SoundOf(source), SoundOf(video));
        Assert.NotEmpty(SoundOf(video));
        Assert.Equal(frames, FramesOf(video));
        Assert.False(File.Exists($"{video}.partial"));
    }

    [Fact]
    public void Video_SoundDoesNotFitTheContainer_StaysAsItIsAndSaysSo()
    {
        var video = _folder.File("annotated.mp4");
        var frames = Annotate(Make("matroskamux", "mkv", "vorbisenc"), video, StreamEnd.Eof);
        Assert.StartsWith($"{video}: has no sound: .mp4 cannot hold sound of this codec", Assert.Single(_log));
        Assert.Equal(frames, FramesOf(video));
        Assert.Equal([video], Directory.GetFiles(_folder.Path, "annotated*"));
    }

    [Fact]
    public void Video_FileIsNotProcessedToItsEnd_HasNoSoundAndSaysSo()
    {
        var video = _folder.File("annotated.mp4");
        Annotate(Make("mp4mux", "mp4", "avenc_aac"), video, StreamEnd.Stopped);
        Assert.Contains("only when a file is processed from its beginning to its end", Assert.Single(_log));
        Assert.Empty(SoundOf(video));
    }

    [Fact]
    public void Video_OfASilentFile_SaysNothing()
    {
        Assert.SkipWhen(H264Encoder.Name is null, "no H.264 encoder on this machine");
        var source = TestVideos.Write(_folder.File("clip.mp4"), 10, new ImageSize(48, 64));
        Annotate(source, _folder.File("annotated.mp4"), StreamEnd.Eof);
        Assert.Empty(_log);
    }

    private static int FramesOf(string video)
    {
        using var reader = new VideoCapture(video, VideoCaptureAPIs.FFMPEG);
        var frames = 0;
        while (reader.Grab())
        {
            frames++;
        }

        return frames;
    }

    private string Make(string muxer, string extension, string encoder)
    {
        Assert.SkipWhen(H264Encoder.Name is null, "no H.264 encoder on this machine");
        Assert.SkipUnless(GStreamer.Has(encoder), $"no {encoder} on this machine");
        var path = _folder.File($"source.{extension}");
        using var pipeline = new GstPipeline(
            "videotestsrc num-buffers=50 ! video/x-raw,width=64,height=48,framerate=25/1 ! videoconvert"
            + $" ! video/x-raw,format={H264VideoSink.Format} ! {H264Encoder.Settings} ! queue ! mux.video_0"
            + $" audiotestsrc num-buffers=86 samplesperbuffer=1024 ! audioconvert ! {encoder} ! queue ! mux.audio_0"
            + $" {muxer} name=mux ! filesink name=file");
        pipeline["file"].Set("location", path);
        pipeline.Play();
        Assert.Null(pipeline.WaitForEnd(TimeSpan.FromSeconds(30)));
        return path;
    }

    private int Annotate(string path, string video, StreamEnd end)
    {
        var context = new SourceContext("clip", _pool, TimeProvider.System);
        using var source = FrameSources.BuiltIn.Open(new SourceConfig { Id = "clip", Input = path }, context);
        using var sink = new H264VideoSink(video, source.Info, new TestLog(_log));
        var frames = 0;
        while (source.Read(default) is { } frame)
        {
            using (frame)
            {
                sink.Write(frame, Frames.Result(frame));
                frames++;
            }
        }

        sink.Complete(new StreamSummary(
            end, null, frames, frames, new Dictionary<string, long>(), new Dictionary<string, long>()));
        return frames;
    }

    /// <summary>A digest of the sound of a file as it is coded; empty when it has none.</summary>
    private string SoundOf(string path)
    {
        var raw = _folder.File("sound.raw");
        using (var pipeline = new GstPipeline(
            "filesrc name=sound ! parsebin name=streams streams."
            + " ! capsfilter caps=\"audio/mpeg;audio/x-vorbis\" ! filesink name=file"))
        {
            pipeline["sound"].Set("location", path);
            pipeline["file"].Set("location", raw);
            pipeline.Play();
            if (pipeline.WaitForEnd(TimeSpan.FromSeconds(30)) is not null)
            {
                return "";
            }
        }

        var bytes = File.ReadAllBytes(raw);
        File.Delete(raw);
        return bytes.Length > 0 ? Convert.ToHexString(SHA256.HashData(bytes)) : "";
    }
}
