using Microsoft.Extensions.Time.Testing;
using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Decode;

public sealed class SourceTests : IDisposable
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

    [Fact]
    public void Read_Video_GivesEveryFrameInOrderWithTheContainersTimes()
    {
        var path = TestVideos.Write(_folder.File("clip.mp4"), 30, new ImageSize(90, 160), rate: 12.5);
        using var source = Open(path);
        Assert.Equal(
            new SourceInfo("clip", path, new ImageSize(90, 160), new FrameRate(12500, 1000), 30) { Codec = "FMP4", Decoder = "OpenCV (FFmpeg)", Range = VideoRange.All }, source.Info);
        Assert.Equal(12.5, source.Info.FrameRate!.Value.Value);
        for (var i = 0; i < 30; i++)
        {
            using var frame = source.Read(default)!;
            Assert.Equal(("clip", 0, (long)i, PtsOrigin.Container), (frame.Identity.SourceId, frame.Identity.Epoch, frame.Identity.Index, frame.Identity.PtsOrigin));
            Assert.Equal(i * 80, frame.Identity.Pts.TotalMilliseconds, 1.0);
            Assert.Equal(new ImageSize(90, 160), frame.Pixels.Size);
        }

        Assert.Null(source.Read(default));
    }

    [Fact]
    public void Read_Image_GivesTheGoldenPixels()
    {
        var golden = GoldenFile.Open("tiny_expected.safetensors");
        foreach (var name in golden.Names.Where(name => name.StartsWith("image/", StringComparison.Ordinal)))
        {
            using var source = Open(Golden.File($"image_{name[6..]}.png"));
            using var frame = source.Read(default)!;
            Assert.Equal(golden.Read<byte>(name), frame.Pixels.Span.ToArray());
            Assert.Equal($"image_{name[6..]}.png", frame.Identity.Name);
            Assert.Null(source.Read(default));
        }
    }

    [Fact]
    public void Read_Folder_GivesItsPicturesByNameWhateverTheirSizes()
    {
        var folder = Directory.CreateDirectory(_folder.File("pictures")).FullName;
        TestVideos.WriteImage(Path.Combine(folder, "b.png"), new ImageSize(20, 30));
        TestVideos.WriteImage(Path.Combine(folder, "a.jpg"), new ImageSize(40, 10));
        File.WriteAllText(Path.Combine(folder, "notes.txt"), "no picture");
        using var source = Open(folder);
        Assert.Equal(("pictures", 2L), (source.Info.Id, source.Info.FrameCount));
        using var first = source.Read(default)!;
        using var second = source.Read(default)!;
        Assert.Equal(("a.jpg", "b.png"), (first.Identity.Name, second.Identity.Name));
        Assert.Equal([new ImageSize(40, 10), new ImageSize(20, 30)], [first.Pixels.Size, second.Pixels.Size]);
        Assert.Null(source.Read(default));
    }

    [Fact]
    public void Open_WhatIsNoSource_SaysWhy()
    {
        Assert.Equal((DecodeError.NotFound, $"{_folder.File("no.mp4")}: there is no such file or folder."), Error(_folder.File("no.mp4")));
        Assert.Equal(DecodeError.Unsupported, Error(_folder.File("text.mp4", "This is not a video.")).Error);
        Assert.Equal(DecodeError.Corrupt, Error(_folder.File("empty.mp4", "")).Error);
        Assert.Equal(DecodeError.Corrupt, Error(_folder.File("text.png", "This is not a picture.")).Error);
        Assert.Equal(DecodeError.NotFound, Error(Directory.CreateDirectory(_folder.File("nothing")).FullName).Error);
    }

    [Fact]
    public void Open_VideoWithoutItsEnd_SaysThatItCannotBeDecoded()
    {
        var whole = File.ReadAllBytes(TestVideos.Write(_folder.File("whole.mp4"), 40, new ImageSize(90, 160)));
        var path = _folder.File("cut.mp4");
        File.WriteAllBytes(path, whole[..(whole.Length * 2 / 3)]);
        Assert.Equal((DecodeError.Unsupported, $"{path}: is not a video that can be decoded: its content is damaged, cut off or of an unsupported format."), Error(path));
    }

    [Fact]
    public void Read_VideoWithMissingData_GivesWhatIsThereAndThenSaysWhereItEnds()
    {
        // AVI says in front how many frames follow; here their second half is missing.
        var whole = File.ReadAllBytes(TestVideos.Write(_folder.File("whole.avi"), 60, new ImageSize(90, 160)));
        var path = _folder.File("cut.avi");
        File.WriteAllBytes(path, whole[..(whole.Length / 2)]);
        using var source = Open(path);
        var frames = 0;
        var exception = Assert.Throws<DecodeException>(() =>
        {
            while (source.Read(default) is { } frame)
            {
                frames++;
                frame.Dispose();
            }
        });
        Assert.InRange(frames, 10, 50);
        Assert.Equal((DecodeError.Corrupt, $"{path}: ends after frame {frames} of 60: it is cut off or damaged there."), (exception.Error, exception.Message));
    }

    [Theory]
    [InlineData(25, 25, 1)]
    [InlineData(29.97002997, 30000, 1001)]
    [InlineData(23.976, 24000, 1001)]
    [InlineData(12.5, 12500, 1000)]
    [InlineData(0.5, 500, 1000)]
    public void FrameRate_From_IsTheFractionMeant(double rate, int numerator, int denominator)
    {
        Assert.Equal(new FrameRate(numerator, denominator), FrameRate.From(rate));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(90000)]
    public void FrameRate_FromNonsense_IsUnknown(double rate)
    {
        Assert.Null(FrameRate.From(rate));
    }

    private IFrameSource Open(string path)
    {
        return FrameSources.BuiltIn.Open(new SourceConfig { Id = FrameSources.BuiltIn.NameOf(path), Input = path }, new SourceContext(FrameSources.BuiltIn.NameOf(path), _pool, _time));
    }

    private (DecodeError Error, string Message) Error(string path)
    {
        var exception = Assert.Throws<DecodeException>(() => Open(path));
        return (exception.Error, exception.Message);
    }
}
