using System.Text;
using OpenCvSharp;
using Streaming.Model.Structures;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Emit;

public sealed class H264VideoSinkTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly PixelPool _pool = new();

    public void Dispose()
    {
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("clip.mp4", 90, 160)]
    [InlineData("clip.mkv", 91, 163)]
    public void Write_AnySize_GivesAnH264VideoWithTheFramesTimes(string name, int height, int width)
    {
        Assert.SkipWhen(H264Encoder.Name is null, "no H.264 encoder on this machine");
        var (path, size) = (_folder.File(name), new ImageSize(height, width));
        // A variable rate: every fifth frame lasts three times as long.
        long[] times = [.. Enumerable.Range(0, 40).Select(i => (i * 40L) + (i / 5 * 80))];
        using (var sink = new H264VideoSink(path, Frames.Source("cam", size)))
        {
            for (var i = 0; i < times.Length; i++)
            {
                using var frame = FrameAt(i, times[i], 0, size);
                sink.Write(frame, Frames.Result(frame));
            }

            sink.Complete(Summary(times.Length));
        }

        using var video = new VideoCapture(path, VideoCaptureAPIs.FFMPEG);
        var codec = Encoding.ASCII.GetString(BitConverter.GetBytes((int)video.Get(VideoCaptureProperties.FourCC)));
        Assert.Contains(codec, (string[])["h264", "avc1", "H264"]);
        Assert.Equal(((height + 1) & ~1, (width + 1) & ~1), (video.FrameHeight, video.FrameWidth));
        var read = new List<long>();
        using var picture = new Mat();
        while (video.Read(picture) && !picture.Empty())
        {
            read.Add((long)Math.Round((double)video.PosMsec));
        }

        Assert.Equal(times, read);
    }

    [Fact]
    public void Write_FileCopiedHalfWay_CanBePlayedUpToThere()
    {
        Assert.SkipWhen(H264Encoder.Name is null, "no H.264 encoder on this machine");
        var (path, size) = (_folder.File("clip.mp4"), new ImageSize(90, 160));
        var cut = _folder.File("cut.mp4");
        using (var sink = new H264VideoSink(path, Frames.Source("cam", size)))
        {
            for (var i = 0; i < 2000 && !File.Exists(cut); i++)
            {
                using var frame = FrameAt(i, i * 40, 0, size);
                sink.Write(frame, Frames.Result(frame));
                if (new FileInfo(path).Length > 600_000)
                {
                    // What a killed program would leave.
                    File.Copy(path, cut);
                }
            }
        }

        using var video = new VideoCapture(cut, VideoCaptureAPIs.FFMPEG);
        using var picture = new Mat();
        var frames = 0;
        while (video.Read(picture) && !picture.Empty())
        {
            frames++;
        }

        Assert.InRange(frames, 10, 2000);
    }

    [Fact]
    public void OutputClock_NewEpochsAndTimesThatStandStill_AlwaysRises()
    {
        var clock = new OutputClock(new FrameRate(25, 1));
        var given = new (int Epoch, long Pts)[] { (0, 5000), (0, 5040), (0, 5120), (1, 0), (1, 40), (1, 40), (1, 10), (2, 900) };
        long[] shown =
        [
            .. given
                .Select(frame => (frame.Epoch, Pts: TimeSpan.FromMilliseconds(frame.Pts)))
                .Select(frame => new FrameIdentity("s", frame.Epoch, 0, frame.Pts, PtsOrigin.Container, default))
                .Select(identity => (long)clock.Next(identity).TotalMilliseconds),
        ];
        Assert.Equal([0, 40, 120, 160, 200, 240, 280, 320], shown);
    }

    private Frame FrameAt(int index, long milliseconds, int epoch, ImageSize size)
    {
        var frame = Frames.Of(_pool, index, size);
        return new Frame(frame.Identity with { Pts = TimeSpan.FromMilliseconds(milliseconds), Epoch = epoch }, frame.Pixels);
    }

    private static StreamSummary Summary(int frames)
    {
        return new StreamSummary(
            StreamEnd.Eof, null, frames, frames, new Dictionary<string, long>(), new Dictionary<string, long>());
    }
}
