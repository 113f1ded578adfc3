using OpenCvSharp;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Stages.Render;

namespace Streaming.Stages.Tests.Render;

public sealed class RenderTests : IDisposable
{
    private static readonly Dictionary<long, (int X, int Y)[]> Without = [];

    private readonly TempFolder _folder = new();
    private readonly PixelPool _pool = new();

    public void Dispose()
    {
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(240, 320)]
    [InlineData(1080, 1920)]
    [InlineData(2160, 3840)]
    public void Draw_MaskBoxAndLabel_ChangesOnlyTheirPixels(int height, int width)
    {
        var size = new ImageSize(height, width);
        using var pixels = _pool.Rent(size);
        pixels.Span.Fill(100);
        // A filled right half of a box in the middle.
        var mask = new byte[height * width];
        for (var y = height / 2; y < height * 3 / 4; y++)
        {
            mask.AsSpan((y * width) + (width / 2), width / 4).Fill(1);
        }

        var box = new Box(width / 4, height / 2, width * 3 / 4, height * 3 / 4);
        Detection[] detections = [new Detection(5, new Category(6, "bus"), 0.9f, box, Rle.Encode(mask, size))];
        FrameRenderer.Draw(pixels, detections, new(), Without);
        var (blue, green, red) = ClassColors.Of(5);
        var inside = pixels.Span.Slice((((height * 5 / 8) * width) + (width * 5 / 8)) * 3, 3).ToArray();
        Assert.Equal([Mixed(blue), Mixed(green), Mixed(red)], inside);
        Assert.Equal([100, 100, 100], pixels.Span.Slice((((height * 5 / 8) * width) + (width * 3 / 8)) * 3, 3).ToArray());
        Assert.Equal([blue, green, red], pixels.Span.Slice((((height * 5 / 8) * width) + (width / 4)) * 3, 3).ToArray());
        Assert.Equal([100, 100, 100], pixels.Span.Slice(((height / 8 * width) + (width / 8)) * 3, 3).ToArray());

        // The label stands above the box and is high enough to be read: at least 8 pixels, 2 % of the height from 480 lines on.
        var column = Enumerable.Range(0, height / 2).Count(y => pixels.Span[((y * width) + (width / 4) + 1) * 3] != 100);
        Assert.True(column >= Math.Max(8, height / 50), $"{column} rows");

        static byte Mixed(byte color)
        {
            return (byte)(((100 * 146) + (color * 110)) >> 8);
        }
    }

    [Fact]
    public void Draw_BelowTheThreshold_ChangesNothing()
    {
        using var pixels = _pool.Rent(new ImageSize(60, 80));
        pixels.Span.Fill(7);
        Detection[] detections = [new Detection(0, new Category(1, "person"), 0.49f, new Box(10, 10, 50, 50), null)];
        FrameRenderer.Draw(pixels, detections, new(), Without);
        Assert.True(pixels.Span.IndexOfAnyExcept((byte)7) < 0);
    }

    [Fact]
    public void Draw_ByObject_ColoursBoxAndTrailByTheTrackAndTheRestGrey()
    {
        using var pixels = _pool.Rent(new ImageSize(200, 300));
        pixels.Span.Clear();
        var (category, track) = (new Category(1, "person"), new TrackInfo(7, TimeSpan.Zero, 3));
        Detection[] detections =
        [
            new Detection(0, category, 0.9f, new Box(100, 100, 140, 140), null, track),
            new Detection(0, category, 0.8f, new Box(200, 100, 240, 140), null),
        ];
        var trails = new Trails(5);
        for (var i = 0; i < 3; i++)
        {
            var past = detections[0] with { Box = new Box(20, 50 + (i * 10), 60, 90 + (i * 10)) };
            trails.Add(new FrameResult(Identity, new ImageSize(200, 300), [past]));
        }

        var places = trails.Add(new FrameResult(Identity, new ImageSize(200, 300), [detections[0] with
        {
            Box = new Box(20, 80, 60, 120),
        }]));
        FrameRenderer.Draw(pixels, detections, new PictureStyle { IsByObject = true }, places);
        var (blue, green, red) = ClassColors.Of(7);
        Assert.Equal([blue, green, red], At(pixels, 100, 120));
        // Smoothed lines are a little darker.
        byte[] color = [blue, green, red];
        Assert.All(At(pixels, 40, 85).Zip(color), pair => Assert.InRange(pair.First, pair.Second * 0.8, pair.Second));
        Assert.Equal([160, 160, 160], At(pixels, 200, 120));
        Assert.Equal([0, 0, 0], At(pixels, 40, 60));
    }

    [Fact]
    public void Trails_ManyTracks_RememberTheLastPlacesOfTheNewestOnly()
    {
        var trails = new Trails(4);
        for (var i = 0; i < 100; i++)
        {
            var box = new Box(i, i, i + 2, i + 2);
            Detection[] detections =
            [
                new Detection(0, new Category(1, "person"), 0.9f, box, null, new TrackInfo(1, TimeSpan.Zero, i + 1)),
                new Detection(0, new Category(1, "person"), 0.9f, box, null, new TrackInfo(1000 + i, TimeSpan.Zero, 1)),
            ];
            var places = trails.Add(new FrameResult(Identity, new ImageSize(200, 300), detections))[1];
            Assert.Equal(Enumerable.Range(Math.Max(i - 3, 0), Math.Min(i + 1, 4)).Select(at => (at + 1, at + 1)), places);
            Assert.InRange(trails.Count, 0, 5);
        }

        Assert.Empty(new Trails(0).Add(new FrameResult(Identity, new ImageSize(2, 3), [])));
    }

    private static FrameIdentity Identity { get; } =
        new("cam", 0, 0, TimeSpan.Zero, PtsOrigin.Container, DateTimeOffset.UnixEpoch);

    private static byte[] At(PixelBuffer pixels, int x, int y)
    {
        return pixels.Span.Slice((y * pixels.Stride) + (x * 3), 3).ToArray();
    }

    [Fact]
    public void ClassColors_OfEightyClasses_AreSteadyAndDifferent()
    {
        var colors = Enumerable.Range(0, 80).Select(ClassColors.Of).ToArray();
        Assert.Equal(80, colors.Distinct().Count());
        Assert.Equal(colors, Enumerable.Range(0, 80).Select(ClassColors.Of));
    }

    [Fact]
    public void VideoFileSink_FramesOfTwoSizes_WritesAVideoOfTheFirstSize()
    {
        var path = _folder.File("out.mp4");
        using (var sink = new VideoFileSink(path, Frames.Source("cam", new ImageSize(96, 160))))
        {
            foreach (var size in new[] { new ImageSize(96, 160), new ImageSize(48, 80), new ImageSize(96, 160) })
            {
                using var frame = Frames.Of(_pool, 1, size);
                sink.Write(frame, Frames.Result(frame));
            }

            sink.Complete(new StreamSummary(
                StreamEnd.Eof, null, 3, 3, new Dictionary<string, long>(), new Dictionary<string, long>()));
        }

        using var reader = new VideoCapture(path);
        Assert.Equal((3, 160, 96, 25.0), (reader.FrameCount, reader.FrameWidth, reader.FrameHeight, reader.Fps));
    }

    [Fact]
    public void ImageFolderSink_EachPicture_KeepsItsName()
    {
        using var frame = Frames.Of(_pool, 1, new ImageSize(40, 60));
        using var named = new Frame(frame.Identity with { Name = "cat.png" }, frame.Pixels);
        using var sink = new ImageFolderSink(_folder.File("annotated"));
        sink.Write(named, Frames.Result(named));
        using var written = Cv2.ImRead(Path.Combine(_folder.File("annotated"), "cat.jpg"));
        Assert.Equal((40, 60), (written.Rows, written.Cols));
    }
}
