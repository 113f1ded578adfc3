namespace Streaming.Stages.Render;

/// <summary>A colour for each class, the same in every frame and run, and well apart from that of the next class.</summary>
internal static class ClassColors
{
    /// <summary>Turning the hue by this share of the circle keeps any number of classes apart.</summary>
    private const double GoldenRatio = 0.618033988749895;

    /// <summary>Blue, green, red.</summary>
    public static (byte Blue, byte Green, byte Red) Of(int classNumber)
    {
        var hue = (0.02 + (classNumber * GoldenRatio)) % 1 * 6;
        var (saturation, value) = (classNumber % 2 == 0 ? 0.85 : 0.65, classNumber % 3 == 0 ? 1.0 : 0.9);
        return (Channel(1), Channel(3), Channel(5));

        // The usual conversion of hue, saturation, value.
        byte Channel(int n)
        {
            var k = (n + hue) % 6;
            return (byte)(255 * (value - (value * saturation * Math.Clamp(Math.Min(k, 4 - k), 0, 1))));
        }
    }
}
