namespace Streaming.Testing;

/// <summary>Comparison of numbers with a stated tolerance; the message names the worst place.</summary>
public static class Close
{
    /// <summary>Each number within <paramref name="tolerance"/>; what is not finite must be the same.</summary>
    public static void Absolute(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        Check(expected, actual, _ => tolerance, what);
    }

    /// <summary>Each number within <paramref name="tolerance"/> x the largest absolute value of the expected ones.</summary>
    public static void RelativeToLargest(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        var largest = 0f;
        foreach (var value in expected)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        Check(expected, actual, _ => tolerance * largest, what);
    }

    /// <summary>Each number within <paramref name="tolerance"/> x max(1, its own absolute value).</summary>
    public static void RelativeToEach(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        Check(expected, actual, value => tolerance * Math.Max(1, Math.Abs(value)), what);
    }

    private static void Check(
        ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, Func<float, double> tolerance, string what)
    {
        Assert.True(expected.Length == actual.Length, $"{what}: {actual.Length} numbers instead of {expected.Length}");
        var (worst, at) = (0.0, -1);
        for (var i = 0; i < expected.Length; i++)
        {
            var isSame = expected[i].Equals(actual[i]);
            var excess = isSame ? 0 : Math.Abs((double)expected[i] - actual[i]) / tolerance(expected[i]);
            if (!isSame && !(excess <= worst))
            {
                (worst, at) = (double.IsNaN(excess) ? double.PositiveInfinity : excess, i);
            }
        }

        Assert.True(
            worst <= 1,
            at < 0 ? what : $"{what}[{at}]: {actual[at]:g9} instead of {expected[at]:g9}, {worst:g3} times the tolerance");
    }
}
