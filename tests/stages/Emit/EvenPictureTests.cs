using OpenCvSharp;
using Streaming.Model.Structures;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Emit;

public sealed class EvenPictureTests : IDisposable
{
    private readonly PixelPool _pool = new();

    public void Dispose()
    {
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 6)]
    [InlineData(5, 6)]
    [InlineData(4, 7)]
    [InlineData(5, 7)]
    public void Of_FrameOfTheSource_KeepsEveryPixelAndRepeatsTheLast(int height, int width)
    {
        using var frame = Frames.Of(_pool, 3, new ImageSize(height, width));
        var sut = new EvenPicture(new ImageSize(height, width));
        using var even = sut.Of(frame.Pixels);
        var (rows, columns) = (even.Rows, even.Cols);
        Assert.Equal((sut.Size.Height, sut.Size.Width), (rows, columns));
        Assert.Equal((0, 0), (rows % 2, columns % 2));
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < columns; x++)
            {
                var at = ((Math.Min(y, height - 1) * width) + Math.Min(x, width - 1)) * 3;
                var expected = frame.Pixels.Span.Slice(at, 3);
                Assert.Equal(new Vec3b(expected[0], expected[1], expected[2]), even.At<Vec3b>(y, x));
            }
        }
    }

    [Fact]
    public void Of_FrameOfAnotherSize_IsFitted()
    {
        using var frame = Frames.Of(_pool, 3, new ImageSize(20, 30));
        using var even = new EvenPicture(new ImageSize(9, 13)).Of(frame.Pixels);
        Assert.Equal((10, 14), (even.Rows, even.Cols));
    }
}
