using Streaming.Model.Structures;

namespace Streaming.Testing;

/// <summary>Pictures as bytes.</summary>
public static class TestImages
{
    /// <summary>Coloured blocks with noise: something for a network with arbitrary weights to react to.</summary>
    public static byte[] Noise(ImageSize size, int seed)
    {
        var random = new Random(seed);
        var pixels = new byte[size.Height * size.Width * 3];
        var blocks = Enumerable.Range(0, 64 * 3).Select(_ => random.Next(256)).ToArray();
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y) = (i / 3 % size.Width, i / 3 / size.Width);
            var block = (y * 8 / size.Height * 8) + (x * 8 / size.Width);
            pixels[i] = (byte)Math.Clamp(blocks[(block * 3) + (i % 3)] + random.Next(-20, 20), 0, 255);
        }

        return pixels;
    }
}
