using Microsoft.Extensions.Time.Testing;
using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;
using Streaming.Stages.Tests.Cv;

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
        var expected = new SourceInfo("clip", path, new ImageSize(90, 160), new FrameRate(12500, 1000), 30)
        {
            Codec = "FMP4",
            Decoder = "OpenCV (FFmpeg)",
            Range = VideoRange.All,
        };
        Assert.Equal(expected, source.Info);
        Assert.Equal(12.5, source.Info.FrameRate!.Value.Value);
        for (var i = 0; i < 30; i++)
        {
            using var frame = source.Read(default)!;
            var identity = frame.Identity;
            Assert.Equal(
                ("clip", 0, i, PtsOrigin.Container), (identity.SourceId, identity.Epoch, identity.Index, identity.PtsOrigin));
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

    [Theory]
    [InlineData(false, "b.png")]
    [InlineData(true, "a/c.png", "a/d/e.png", "b.png")]
    public void Read_FolderInAFolder_IsReadWhenAskedFor(bool isRecursive, params string[] expected)
    {
        var folder = Directory.CreateDirectory(_folder.File("pictures")).FullName;
        foreach (var name in new[] { "a/c.png", "a/d/e.png", "b.png" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
            TestVideos.WriteImage(Path.Combine(folder, name), new ImageSize(20, 30));
        }

        // A circle, which is not followed.
        Directory.CreateSymbolicLink(Path.Combine(folder, "a", "circle"), folder);
        var config = new SourceConfig { Id = "pictures", Input = folder, Recursive = isRecursive };
        using var source = FrameSources.BuiltIn.Open(config, new SourceContext("pictures", _pool, _time));
        var names = new List<string?>();
        while (source.Read(default) is { } frame)
        {
            names.Add(frame.Identity.Name);
            frame.Dispose();
        }

        Assert.Equal(expected, names);
    }

    [Fact]
    public void Read_FolderWithDamagedPictures_FailsThoseAndGoesOn()
    {
        var folder = Directory.CreateDirectory(_folder.File("pictures")).FullName;
        var whole = File.ReadAllBytes(TestVideos.WriteImage(_folder.File("whole.jpg"), new ImageSize(40, 60)));
        File.WriteAllBytes(Path.Combine(folder, "a.jpg"), whole[..(whole.Length / 2)]);
        File.WriteAllBytes(Path.Combine(folder, "b.jpg"), whole);
        File.WriteAllBytes(Path.Combine(folder, "c.png"), PictureTests.HugePng(1_000_000, 1000));
        File.WriteAllText(Path.Combine(folder, "d.png"), "no picture");
        File.WriteAllBytes(Path.Combine(folder, "e.jpg"), whole);
        using var source = Open(folder);
        Assert.Equal(new ImageSize(40, 60), source.Info.Size);

        var failures = new List<string?>();
        while (source.Read(default) is { } frame)
        {
            using (frame)
            {
                Assert.Equal(failures.Count, frame.Identity.Index);
                Assert.Equal(frame.Failure is null, frame.Pixels.Span.ContainsAnyExcept((byte)0));
                failures.Add(frame.Failure?[folder.Length..]);
            }
        }

        Assert.Equal(
            [
                "/a.jpg: the picture cannot be decoded: it is cut off.",
                null,
                "/c.png: 1000000x1000 are 1000 megapixels; at most 100 are allowed (max_megapixels).",
                "/d.png: the picture cannot be decoded: it is damaged or no picture at all.",
                null,
            ],
            failures);
    }

    [Fact]
    public void Open_LargerThanAllowed_IsRefused()
    {
        var picture = TestVideos.WriteImage(_folder.File("picture.png"), new ImageSize(90, 120));
        var video = TestVideos.Write(_folder.File("clip.mp4"), 3, new ImageSize(90, 120));
        foreach (var path in new[] { picture, video })
        {
            var exception = Assert.Throws<DecodeException>(() => Open(path, maxMegapixels: 0.01));
            Assert.Equal(
                (DecodeError.Unsupported, $"{path}: 120x90 are 0.011 megapixels; at most 0.01 are allowed (max_megapixels)."),
                (exception.Error, exception.Message));
            using var source = Open(path, maxMegapixels: 0.02);
        }
    }

    [Fact]
    public void Open_WhatIsNoSource_SaysWhy()
    {
        Assert.Equal(
            (DecodeError.NotFound, $"{_folder.File("no.mp4")}: there is no such file or folder."), Error(_folder.File("no.mp4")));
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
        var message = $"{path}: is not a video that can be decoded: its content is damaged, cut off or of an unsupported format.";
        Assert.Equal((DecodeError.Unsupported, message), Error(path));
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
        Assert.Equal(
            (DecodeError.Corrupt, $"{path}: ends after frame {frames} of 60: it is cut off or damaged there."),
            (exception.Error, exception.Message));
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

    private IFrameSource Open(string path, double maxMegapixels = 100)
    {
        var name = FrameSources.BuiltIn.NameOf(path);
        var config = new SourceConfig { Id = name, Input = path, MaxMegapixels = maxMegapixels };
        return FrameSources.BuiltIn.Open(config, new SourceContext(name, _pool, _time));
    }

    private (DecodeError Error, string Message) Error(string path)
    {
        var exception = Assert.Throws<DecodeException>(() => Open(path));
        return (exception.Error, exception.Message);
    }
}
