using Streaming.Model.Ops;
using Streaming.Model.Structures;

namespace Streaming.Model.Tests.Golden;

/// <summary>The resize against Pillow, bit for bit (resize.safetensors).</summary>
public sealed class ResizeTests
{
    private const string FileName = "resize.safetensors";

    public static TheoryData<string> Images => [.. GoldenFile.TryOpen(FileName)?.Cases("image/", "out") ?? []];

    private static GoldenFile File => GoldenFile.Open(FileName);

    [Fact]
    public void OutputSize_OfEachSetting_EqualsReference()
    {
        var (inputs, outputs) = (Pairs("sizes/in_hw"), Pairs("sizes/out_hw"));
        var settings = Pairs("sizes/short_and_max");
        Assert.NotEmpty(inputs);
        for (var i = 0; i < inputs.Length; i++)
        {
            var (shortEdge, max) = settings[i];
            var size = ResizeShortestEdge.OutputSize(new ImageSize(inputs[i].First, inputs[i].Second), shortEdge, max);
            Assert.Equal(new ImageSize(outputs[i].First, outputs[i].Second), size);
        }

        static (int First, int Second)[] Pairs(string name)
        {
            return [.. File.Read<long>(name).Chunk(2).Select(pair => ((int)pair[0], (int)pair[1]))];
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Images))]
    public void Resize_OfEachImage_EqualsPillowBitForBit(string name)
    {
        var (from, to) = (File.Shape($"image/{name}/in"), File.Shape($"image/{name}/out"));
        foreach (var isPlain in new[] { false, true })
        {
            var output = new byte[to[0] * to[1] * 3];
            var input = new ImageView(File.Read<byte>($"image/{name}/in"), new ImageSize((int)from[0], (int)from[1]));
            PillowResize.Resize(input, output, new ImageSize((int)to[0], (int)to[1]), isPlain);
            Assert.Equal(File.Read<byte>($"image/{name}/out"), output);
        }
    }

    /// <summary>Narrow pictures, one pixel, great reductions: where vectors meet the ends of rows.</summary>
    [Fact]
    public void Resize_OfManySizes_IsTheSameInBothForms()
    {
        var random = new Random(7);
        for (var i = 0; i < 500; i++)
        {
            var (from, to) = (RandomSize(), RandomSize());
            var pixels = new byte[from.Height * from.Width * 3];
            random.NextBytes(pixels);
            if (i % 5 == 0)
            {
                Array.Fill(pixels, (byte)255);
            }

            var (expected, actual) = (new byte[to.Height * to.Width * 3], new byte[to.Height * to.Width * 3]);
            PillowResize.Resize(new ImageView(pixels, from), expected, to, isPlain: true);
            PillowResize.Resize(new ImageView(pixels, from), actual, to);
            Assert.Equal(expected, actual);
            Assert.True(i % 5 != 0 || actual.All(value => value == 255), $"{from} to {to}");
        }

        ImageSize RandomSize()
        {
            return new ImageSize(1 + random.Next(random.Next(1, 150)), 1 + random.Next(random.Next(1, 150)));
        }
    }

    [Fact]
    public void Resize_OfViewWithPaddedRows_EqualsThatOfDenseRows()
    {
        var (from, to) = (new ImageSize(13, 21), new ImageSize(29, 17));
        var dense = new byte[from.Height * from.Width * 3];
        new Random(1).NextBytes(dense);
        var padded = new byte[from.Height * 80];
        for (var y = 0; y < from.Height; y++)
        {
            dense.AsSpan(y * from.Width * 3, from.Width * 3).CopyTo(padded.AsSpan(y * 80));
        }

        var (expected, actual) = (new byte[to.Height * to.Width * 3], new byte[to.Height * to.Width * 3]);
        PillowResize.Resize(new ImageView(dense, from), expected, to);
        PillowResize.Resize(new ImageView(padded, from, 80), actual, to);
        Assert.Equal(expected, actual);
    }
}
