using Streaming.Model.Structures;
using Streaming.Stages.Export;

namespace Streaming.Stages.Tests.Export;

public sealed class MaskOutlineTests
{
    [Fact]
    public void Trace_SquareWithAHole_GivesBothCorners()
    {
        byte[] pixels =
        [
            0, 0, 0, 0, 0,
            0, 1, 1, 1, 0,
            0, 1, 0, 1, 0,
            0, 1, 1, 1, 0,
        ];
        var outlines = MaskOutline.Trace(Rle.Encode(pixels, new ImageSize(4, 5)));
        Assert.Equal(2, outlines.Count);
        Assert.Equal([(4, 1), (4, 4), (1, 4), (1, 1)], outlines[0]);
        Assert.Equal([(2, 2), (2, 3), (3, 2), (3, 3)], outlines[1].Order());
    }

    /// <summary>Masks of noise have parts, holes, parts in holes, and pixels that touch at a corner.</summary>
    [Theory]
    [InlineData(1, 20)]
    [InlineData(2, 50)]
    [InlineData(3, 80)]
    public void Joined_AnyMask_FilledAgainIsTheMask(int seed, int percent)
    {
        var random = new Random(seed);
        for (var round = 0; round < 50; round++)
        {
            var size = new ImageSize(random.Next(1, 14), random.Next(1, 14));
            var pixels = new byte[size.Height * size.Width];
            for (var i = 0; i < pixels.Length; i++)
            {
                pixels[i] = random.Next(100) < percent ? (byte)1 : (byte)0;
            }

            var polygon = MaskOutline.Joined(Rle.Encode(pixels, size));
            Assert.Equal(pixels, ExportRecord.Fill([.. polygon.Select(corner => ((double)corner.X, (double)corner.Y))], size));
        }
    }

    [Fact]
    public void Joined_EmptyMask_HasNoCorners()
    {
        Assert.Empty(MaskOutline.Joined(Rle.Encode(new byte[6], new ImageSize(2, 3))));
    }
}
