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
        var (inputs, settings) = (File.Read<long>("sizes/in_hw").Chunk(2).ToArray(), File.Read<long>("sizes/short_and_max").Chunk(2).ToArray());
        var outputs = File.Read<long>("sizes/out_hw").Chunk(2).ToArray();
        for (var i = 0; i < inputs.Length; i++)
        {
            var size = ResizeShortestEdge.OutputSize(new ImageSize((int)inputs[i][0], (int)inputs[i][1]), (int)settings[i][0], (int)settings[i][1]);
            Assert.Equal(new ImageSize((int)outputs[i][0], (int)outputs[i][1]), size);
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
            PillowResize.Resize(
                new ImageView(File.Read<byte>($"image/{name}/in"), new ImageSize((int)from[0], (int)from[1])), output, new ImageSize((int)to[0], (int)to[1]), isPlain);
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
