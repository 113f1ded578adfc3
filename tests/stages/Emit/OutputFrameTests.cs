using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Emit;

public sealed class OutputFrameTests : IDisposable
{
    private readonly PixelPool _pool = new();

    public void Dispose()
    {
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
    }

    [Theory]
    [InlineData(0.5, true)]
    [InlineData(0.7, false)]
    public void Annotated_Detection_IsDrawnFromTheThresholdOn(double drawThreshold, bool isDrawn)
    {
        var frame = Frames.Of(_pool, 0, new ImageSize(60, 80));
        var result = Frames.Result(frame, new Detection(0, new Category(1, "person"), 0.6f, new Box(10, 10, 50, 40), null));
        using var sut = new OutputFrame(frame, result, drawThreshold);
        using var share = sut.Share();

        Assert.Equal(isDrawn, !sut.Annotated.Span.SequenceEqual(frame.Pixels.Span));
        Assert.Same(sut.Annotated, share.Annotated);
    }

    [Fact]
    public void Annotated_FrameOfARecord_SaysThatThereAreNoPixels()
    {
        using var frame = Frames.Of(_pool, 0, new ImageSize(2, 3));
        using var sut = new OutputFrame(Frames.Result(frame));

        var exception = Assert.Throws<InvalidOperationException>(() => sut.Annotated);
        Assert.Equal("A frame of a record has no pixels.", exception.Message);
    }
}
