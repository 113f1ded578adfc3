namespace Streaming.Scenes;

/// <summary>Chance without a state: the last steps of SplitMix64 (G. Steele et al., 2014), which mix the bits.</summary>
internal static class SplitMix
{
    private const ulong Golden = 0x9E3779B97F4A7C15UL;

    /// <summary>Numbers beside each other give numbers that have nothing in common.</summary>
    public static ulong Mix(long number)
    {
        var z = (ulong)number + Golden;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to below 1 for each pair of numbers.</summary>
    public static double Chance(long first, long second)
    {
        return (Mix((long)Mix(first) ^ second) >> 11) * (1.0 / (1L << 53));
    }
}
