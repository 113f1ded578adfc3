using System.Buffers.Binary;
using Microsoft.Extensions.Time.Testing;
using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Decode;

/// <summary>Parts of files, and frames out of thin air.</summary>
public sealed class RangeAndSyntheticTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly PixelPool _pool = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose()
    {
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0, null, 1, 0, "0 1 2 3 4 5 6 7 8 9 10 11")]
    [InlineData(0.2, null, 1, 0, "2 3 4 5 6 7 8 9 10 11")]
    [InlineData(0.2, 0.6, 1, 0, "2 3 4 5")]
    [InlineData(0, null, 5, 0, "0 5 10")]
    [InlineData(0.25, 1.05, 3, 0, "3 6 9")]
    [InlineData(0.25, 1.05, 3, 4, "6 9")]
    [InlineData(0, null, 1, 10, "10 11")]
    [InlineData(0, null, 1, 12, "")]
    [InlineData(5, null, 1, 0, "")]
    public void Read_PartOfAFile_GivesTheseFramesWithTheirNumbersAndTimes(
        double start, double? end, int stride, long first, string expected)
    {
        // Ten frames a second: frame 2 is at 0.2 s.
        var path = TestVideos.Write(_folder.File("clip.mp4"), 12, new ImageSize(32, 48), rate: 10);
        var config = new SourceConfig
        {
            Id = "clip",
            Input = path,
            Start = TimeSpan.FromSeconds(start),
            End = end is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Stride = stride,
        };
        using var source = FrameSources.BuiltIn.Open(config, new SourceContext("clip", _pool, TimeProvider.System), first);
        var indices = new List<long>();
        while (source.Read(default) is { } frame)
        {
            Assert.Equal(frame.Identity.Index * 0.1, frame.Identity.Pts.TotalSeconds, 6);
            indices.Add(frame.Identity.Index);
            frame.Dispose();
        }

        Assert.Equal(expected, string.Join(' ', indices));
    }

    [Fact]
    public void Read_VideoWithAVariableRate_KeepsEachFramesTime()
    {
        Assert.SkipWhen(H264Encoder.Name is null, "no H.264 encoder on this machine");
        var path = _folder.File("clip.mp4");
        long[] times = [0, 40, 80, 500, 540, 1000, 1010, 2000];
        var size = new ImageSize(48, 64);
        using (var sink = new H264VideoSink(path, Frames.Source("clip", size)))
        {
            foreach (var time in times)
            {
                using var drawn = Frames.Of(_pool, time, size);
                using var frame = new Frame(drawn.Identity with { Pts = TimeSpan.FromMilliseconds(time) }, drawn.Pixels);
                sink.Write(frame, Frames.Result(frame));
            }

            sink.Complete(
                new StreamSummary(StreamEnd.Eof, null, 8, 8, new Dictionary<string, long>(), new Dictionary<string, long>()));
        }

        using var source = Open(path);
        foreach (var time in times)
        {
            using var frame = source.Read(default)!;
            Assert.Equal(
                (time, PtsOrigin.Container), ((long)Math.Round(frame.Identity.Pts.TotalMilliseconds), frame.Identity.PtsOrigin));
        }

        Assert.Null(source.Read(default));
    }

    [Fact]
    public void Read_VideoOfATurnedPhone_IsTurnedBack()
    {
        var path = TestVideos.Write(_folder.File("clip.mp4"), 3, new ImageSize(48, 64));
        byte[] upright;
        using (var source = Open(path))
        using (var frame = source.Read(default)!)
        {
            upright = frame.Pixels.Span.ToArray();
        }

        TurnRight(path);
        using var turned = Open(path);
        using var picture = turned.Read(default)!;
        Assert.Equal((new ImageSize(64, 48), new ImageSize(64, 48)), (turned.Info.Size, picture.Pixels.Size));
        // What was at the left of the bottom row is at the left of the top row now.
        Assert.Equal(upright.AsSpan(47 * 64 * 3, 3), picture.Pixels.Span[..3]);
    }

    [Fact]
    public void Synthetic_SameNumber_GivesTheSameMovingPicture()
    {
        using var a = Open("synthetic:64x48*10");
        using var b = Open("synthetic:64x48*10");
        byte[] previous = [];
        for (var i = 0; i < 10; i++)
        {
            using var frame = a.Read(default)!;
            using var same = b.Read(default)!;
            Assert.Equal((i, new ImageSize(48, 64)), (frame.Identity.Index, frame.Pixels.Size));
            Assert.True(frame.Pixels.Span.SequenceEqual(same.Pixels.Span));
            Assert.False(frame.Pixels.Span.SequenceEqual(previous));
            previous = frame.Pixels.Span.ToArray();
        }

        Assert.Null(a.Read(default));
    }

    [Fact]
    public void Synthetic_WithARate_MissesFramesWhoseTimeIsOver()
    {
        using var source = Open("synthetic:64x48@10");
        using (var first = source.Read(default)!)
        {
            Assert.Equal(0, first.Identity.Index);
        }

        _time.Advance(TimeSpan.FromSeconds(2));
        using var late = source.Read(default)!;
        Assert.Equal((20, 2.0), (late.Identity.Index, late.Identity.Pts.TotalSeconds));
    }

    [Theory]
    [InlineData("synthetic:64")]
    [InlineData("synthetic:8x8")]
    [InlineData("synthetic:64x48@0")]
    [InlineData("synthetic:64x48@30*-1")]
    public void Synthetic_WrongText_SaysHowToWriteIt(string text)
    {
        var exception = Assert.Throws<DecodeException>(() => Open(text));
        Assert.Equal(DecodeError.Unsupported, exception.Error);
        Assert.StartsWith(text, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Camera_ThatIsNotThere_IsNotFoundAndNamesThoseThatAre()
    {
        var exception = Assert.Throws<DecodeException>(
            () => CameraSource.Open("usb:250", new SourceContext("cam", _pool, _time)));
        Assert.Equal(DecodeError.NotFound, exception.Error);
        Assert.StartsWith(
            "usb:250: there is no camera /dev/video250; this machine has ", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Writes a rotation by 90 degrees into the track's header ("tkhd"), as phones do.</summary>
    private static void TurnRight(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var matrix = bytes.AsSpan(bytes.AsSpan().IndexOf("tkhd"u8) + 4 + 40, 36);
        int[] values = [0, 1 << 16, 0, -(1 << 16), 0, 0, 48 << 16, 0, 1 << 30];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(matrix[(4 * i)..], values[i]);
        }

        File.WriteAllBytes(path, bytes);
    }

    private IFrameSource Open(string text)
    {
        return FrameSources.BuiltIn.Open(new SourceConfig { Id = "s", Input = text }, new SourceContext("s", _pool, _time));
    }
}
