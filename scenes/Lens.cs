using System.Runtime.InteropServices;
using OpenCvSharp;

namespace Streaming.Scenes;

/// <summary>What a camera makes of a picture: light and its colour, a little blur, noise.</summary>
internal sealed class Lens
{
    /// <summary>Noise that is drawn once and then used from another place in each frame.</summary>
    private const int NoiseLength = 1 << 16;

    private readonly byte[] _curves = new byte[256 * 3];
    private readonly sbyte[]? _noise;
    private readonly double _blur;

    /// <summary>Chooses one by chance.</summary>
    public Lens(Random random)
    {
        var (gain, lift) = (0.6 + (0.55 * random.NextDouble()), random.Next(-8, 25));
        double[] tint =
            [0.9 + (0.2 * random.NextDouble()), 0.97 + (0.06 * random.NextDouble()), 0.9 + (0.2 * random.NextDouble())];
        for (var value = 0; value < 256; value++)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                _curves[(value * 3) + channel] = (byte)Math.Clamp((value * gain * tint[channel]) + lift, 0, 255);
            }
        }

        _blur = random.NextDouble() < 0.4 ? 0.4 + (0.6 * random.NextDouble()) : 0;
        var strength = random.NextDouble() < 0.7 ? 1 + (6 * random.NextDouble()) : 0;
        if (strength > 0)
        {
            _noise = new sbyte[NoiseLength];
            for (var i = 0; i < NoiseLength; i++)
            {
                // The sum of some uniform numbers is nearly normal.
                var sum = random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2;
                _noise[i] = (sbyte)Math.Clamp(sum * Math.Sqrt(3) * strength, -100, 100);
            }
        }
    }

    /// <summary>Changes a picture.</summary>
    public void Apply(Mat picture, double seconds)
    {
        if (_blur > 0)
        {
            Cv2.GaussianBlur(picture, picture, new Size(0, 0), _blur);
        }

        var pixels = Pixels(picture);
        var at = (int)((long)(seconds * 1_000_003) & (NoiseLength - 1));
        for (var i = 0; i < pixels.Length; i++)
        {
            int value = _curves[(pixels[i] * 3) + (i % 3)];
            if (_noise is not null)
            {
                value = Math.Clamp(value + _noise[at], 0, 255);
                // Not the same numbers below each other in neighbouring rows.
                at = (at + 1 + (i % 7)) & (NoiseLength - 1);
            }

            pixels[i] = (byte)value;
        }
    }

    private static unsafe Span<byte> Pixels(Mat picture)
    {
        return MemoryMarshal.CreateSpan(ref *picture.DataPointer, picture.Rows * picture.Cols * 3);
    }
}
