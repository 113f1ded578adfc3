using Streaming.Config.Settings;
using Streaming.Model.Structures;
using Streaming.Stages.Zones;

namespace Streaming.Stages.Tests.Zones;

public sealed class AreaTests
{
    private static readonly ImageSize Size = new(60, 80);

    /// <summary>Concave: an L.</summary>
    private static readonly Area Corner = new(
        [new(0.25, 0.2), new(0.75, 0.2), new(0.75, 0.5), new(0.5, 0.5), new(0.5, 0.8), new(0.25, 0.8)]);

    [Theory]
    [InlineData(0.3, 0.3, true)]
    [InlineData(0.7, 0.4, true)]
    [InlineData(0.3, 0.7, true)]
    [InlineData(0.7, 0.7, false)]
    [InlineData(0.1, 0.3, false)]
    [InlineData(0.9, 0.3, false)]
    [InlineData(0.3, 0.1, false)]
    public void Contains_ConcaveArea_IsExact(double x, double y, bool expected)
    {
        Assert.Equal(expected, Corner.Contains(new PlanePoint(x, y)));
    }

    [Fact]
    public void ShareOf_MasksAndBoxes_AreThoseOfCountingPixels()
    {
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var (x0, y0) = (random.Next(79), random.Next(59));
            var (x1, y1) = (random.Next(x0 + 1, 81), random.Next(y0 + 1, 61));
            var pixels = new byte[Size.Height * Size.Width];
            var (total, inside, ofBox) = (0, 0, 0);
            for (var y = y0; y < y1; y++)
            {
                for (var x = x0; x < x1; x++)
                {
                    var isSet = random.Next(4) > 0;
                    var isInside = Corner.Contains(new PlanePoint((x + 0.5) / Size.Width, (y + 0.5) / Size.Height));
                    pixels[(y * Size.Width) + x] = isSet ? (byte)1 : (byte)0;
                    total += isSet ? 1 : 0;
                    inside += isSet && isInside ? 1 : 0;
                    ofBox += isInside ? 1 : 0;
                }
            }

            Assert.Equal(total == 0 ? 0 : (double)inside / total, Corner.ShareOf(Rle.Encode(pixels, Size)), 12);
            // The edges of the area lie between pixels, so that counting is exact.
            var box = new Box(x0, y0, x1, y1);
            Assert.Equal((double)ofBox / ((x1 - x0) * (y1 - y0)), Corner.ShareOf(box, Size), 9);
        }
    }

    [Fact]
    public void ShareOf_Nothing_IsNone()
    {
        Assert.Equal(0, Corner.ShareOf(Rle.Encode(new byte[60 * 80], Size)));
        Assert.Equal(0, Corner.ShareOf(new Box(5, 5, 5, 9), Size));
    }
}
