using OpenCvSharp;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Stages.Render;

namespace Streaming.Stages.Tests.Render;

public sealed class RenderTests : IDisposable
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
        FrameRenderer.Draw(pixels, [new Detection(5, new Category(6, "bus"), 0.9f, box, Rle.Encode(mask, size))], 0.5);
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
        FrameRenderer.Draw(pixels, [new Detection(0, new Category(1, "person"), 0.49f, new Box(10, 10, 50, 50), null)], 0.5);
        Assert.True(pixels.Span.IndexOfAnyExcept((byte)7) < 0);
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
