using Streaming.Config.Detectron;
using Streaming.Model.Structures;
using Streaming.Stages.Cv;
using Streaming.Training;
using Streaming.Training.Data;
using Streaming.Training.Evaluation;

namespace Streaming.Training.Tests;

/// <summary>Training pictures, their objects and their order.</summary>
public sealed class DataTests
{
    private static readonly ImageSize Size = new(60, 80);
    private static readonly double[] Polygon = [20, 10, 50, 10, 50, 40, 20, 40];
    private static readonly AugmentationConfig Plain = new([60], false, 1000, FlipKind.None, CropKind.None, [1, 1], false);

    public static TheoryData<string, bool> Changes()
    {
        return new TheoryData<string, bool>
        {
            { "none", true },
            { "none", false },
            { "horizontal", true },
            { "horizontal", false },
            { "vertical", true },
            { "half", false },
            { "double", true },
            { "crop", true },
            { "crop", false },
        };
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Map_ChangedPicture_TakesItsObjectsAlong(string change, bool asPolygon)
    {
        var config = change switch
        {
            "horizontal" => Plain with { Flip = FlipKind.Horizontal },
            "vertical" => Plain with { Flip = FlipKind.Vertical },
            "half" => Plain with { MinSizes = [30] },
            "double" => Plain with { MinSizes = [120] },
            "crop" => Plain with { Crop = CropKind.Relative, CropSize = [0.8, 0.7] },
            _ => Plain,
        };
        var mapper = new DatasetMapper(_ => (Picture(), Size), config with { UsesBitmaps = !asPolygon }, needsMasks: true);
        for (var seed = 0; seed < 8; seed++)
        {
            var sample = mapper.Map(Image(), new Random(seed));
            var box = Assert.Single(sample.Truth.Boxes);
            var white = WhiteBox(sample);
            double[] distances = [white.X0 - box.X0, white.Y0 - box.Y0, white.X1 - box.X1, white.Y1 - box.Y1];
            Assert.True(distances.All(distance => Math.Abs(distance) <= 1.5), $"{box} instead of {white}");
            // Within its own box a rectangle's mask is full.
            Assert.InRange(sample.Truth.Masks[0].Target(box, 28).Average(pixel => (double)pixel), 0.9, 1);
        }
    }

    [Fact]
    public void Map_ObjectOutsideTheCrop_IsLeftOut()
    {
        var mapper = new DatasetMapper(
            _ => (Picture(), Size), Plain with { Crop = CropKind.Absolute, CropSize = [8, 8] }, needsMasks: true);
        var counts = Enumerable.Range(0, 20).Select(seed => mapper.Map(Image(), new Random(seed)).Truth.Count).ToArray();
        Assert.Contains(0, counts);
        Assert.Contains(1, counts);
    }

    [Theory]
    [InlineData(nameof(CropKind.Relative), 0.5, 0.5)]
    [InlineData(nameof(CropKind.RelativeRange), 0.3, 0.9)]
    [InlineData(nameof(CropKind.Absolute), 32, 500)]
    [InlineData(nameof(CropKind.AbsoluteRange), 10, 70)]
    public void Choose_AnyCrop_LiesInside(string name, double height, double width)
    {
        var kind = Enum.Parse<CropKind>(name);
        for (var seed = 0; seed < 50; seed++)
        {
            var input = Plain with { Crop = kind, CropSize = [height, width], IsRange = true, MinSizes = [20, 40] };
            var (crop, size, _) = Transform.Choose(Size, input, new Random(seed));
            Assert.InRange(crop.X, 0, Size.Width - crop.Size.Width);
            Assert.InRange(crop.Y, 0, Size.Height - crop.Size.Height);
            Assert.InRange(Math.Min(size.Height, size.Width), 20, 40);
        }
    }

    [Fact]
    public void Next_OverTwoPasses_GivesEachPictureTwice()
    {
        var sampler = new BatchSampler([.. Enumerable.Repeat(Size, 12)], 4, true, seed: 3);
        int[][] batches = [.. Enumerable.Range(0, 6).Select(_ => sampler.Next().Select(item => item.Image).ToArray())];
        Assert.Equal(Enumerable.Range(0, 12), batches[..3].SelectMany(batch => batch).Order());
        Assert.Equal(Enumerable.Range(0, 12), batches[3..].SelectMany(batch => batch).Order());
        Assert.NotEqual(batches[0], batches[3]);
    }

    [Fact]
    public void Next_ByShape_NeverMixesUprightAndLying()
    {
        ImageSize[] sizes = [.. Enumerable.Range(0, 10).Select(i => i % 3 == 0 ? new ImageSize(80, 60) : Size)];
        var sampler = new BatchSampler(sizes, 3, groupsByShape: true, seed: 1);
        for (var i = 0; i < 20; i++)
        {
            Assert.Single(sampler.Next().Select(item => sizes[item.Image]).Distinct());
        }
    }

    [Fact]
    public void Clip_PolygonAcrossACorner_KeepsThePartInside()
    {
        var clipped = PolygonClipping.Clip([-10, -10, 10, -10, 10, 10, -10, 10], new ImageSize(20, 20));
        var mask = new PolygonMask([clipped]);
        Assert.Equal(new Box(0, 0, 10, 10), mask.Bounds());
        Assert.Empty(PolygonClipping.Clip([-10, -10, -5, -10, -5, -5], new ImageSize(20, 20)));
    }

    [Fact]
    public void For_SameNumbers_GivesTheSameGenerator()
    {
        Assert.Equal(SeededRandom.For(1, 2, 3).Next(), SeededRandom.For(1, 2, 3).Next());
        Assert.NotEqual(SeededRandom.For(1, 2, 3).Next(), SeededRandom.For(1, 3, 2).Next());
    }

    private static TrainingImage Image()
    {
        var item = new CocoObject(1, 1, new CocoBox(20, 10, 30, 30), new CocoOutline([Polygon], Size), 900, false, 1);
        return new TrainingImage(new CocoImage(1, "a.png", Size), "a.png", [item], [0]);
    }

    /// <summary>Black, with the object in white.</summary>
    private static byte[] Picture()
    {
        var pixels = new byte[Size.Height * Size.Width * 3];
        for (var y = 10; y < 40; y++)
        {
            pixels.AsSpan(((y * Size.Width) + 20) * 3, 30 * 3).Fill(255);
        }

        return pixels;
    }

    private static Box WhiteBox(TrainingSample sample)
    {
        var pixels = Enumerable.Range(0, sample.Size.Height * sample.Size.Width).Select(i => (byte)(sample.Pixels[i * 3] / 128));
        var mask = new BitmapMask([.. pixels], sample.Size);
        return mask.Bounds();
    }
}
