using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests;

public sealed class PixelPoolTests
{
    [Theory]
    [InlineData(1000, 1_000_000)]
    [InlineData(1, PixelPool.MostPixels + 1)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(0, 10)]
    [InlineData(-5, -5)]
    public void Rent_SizeThatNoBufferHas_IsOutOfRange(int height, int width)
    {
        using var pool = new PixelPool();
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(new ImageSize(height, width)));
        Assert.Equal(0, pool.Live);
    }

    [Fact]
    public void Rent_AfterDispose_GivesTheSameMemoryAgain()
    {
        using var pool = new PixelPool();
        var first = pool.Rent(new ImageSize(10, 20));
        var address = first.Address;
        Assert.Equal(1, pool.Live);
        first.Dispose();
        first.Dispose();
        Assert.Equal(0, pool.Live);
        using var second = pool.Rent(new ImageSize(20, 10));
        Assert.Equal(address, second.Address);
    }
}
