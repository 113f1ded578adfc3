namespace Streaming.Training.Data;

/// <summary>Random generators that repeat: a run with the same seed draws the same numbers.</summary>
internal static class SeededRandom
{
    /// <summary>
    /// A generator for one purpose: equal numbers give equal generators. SplitMix64 (Steele et al. 2014) mixes the numbers.
    /// </summary>
    public static Random For(params ReadOnlySpan<long> numbers)
    {
        var state = 0x9E3779B97F4A7C15UL;
        foreach (var number in numbers)
        {
            state = (state ^ (ulong)number) + 0x9E3779B97F4A7C15UL;
            state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9UL;
            state = (state ^ (state >> 27)) * 0x94D049BB133111EBUL;
            state ^= state >> 31;
        }

        // A Random with a seed gives the same numbers in every version of .NET.
        return new Random((int)(uint)state);
    }
}
