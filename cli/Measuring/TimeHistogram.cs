namespace Streaming.Cli.Measuring;

/// <summary>
/// Counts times in classes that are 2 % wide, so that its memory does not depend on how long a benchmark takes. Percentiles are
/// true to 1 %; count, sum and maximum are exact.
/// </summary>
internal sealed class TimeHistogram
{
    private const double Growth = 1.02;

    /// <summary>From a microsecond to an hour and more.</summary>
    private const int Classes = 1200;

    private static readonly double LogGrowth = Math.Log(Growth);

    private readonly int[] _counts = new int[Classes];

    /// <summary>How many times were counted.</summary>
    public long Count { get; private set; }

    /// <summary>The sum of all times.</summary>
    public TimeSpan Sum { get; private set; }

    /// <summary>The longest time.</summary>
    public TimeSpan Max { get; private set; }

    /// <summary>Counts a time.</summary>
    public void Add(TimeSpan time)
    {
        _counts[ClassOf(time)]++;
        Count++;
        Sum += time;
        Max = time > Max ? time : Max;
    }

    /// <summary>Counts all that another one has counted.</summary>
    public void Add(TimeHistogram other)
    {
        for (var i = 0; i < Classes; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
        Sum += other.Sum;
        Max = other.Max > Max ? other.Max : Max;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        (Count, Sum, Max) = (0, TimeSpan.Zero, TimeSpan.Zero);
    }

    /// <summary>The time that a share of all times does not exceed, by nearest rank; zero when there are none.</summary>
    /// <param name="share">Above 0 up to 1.</param>
    public TimeSpan Percentile(double share)
    {
        var left = Math.Max((long)Math.Ceiling(share * Count), 1);
        if (left >= Count)
        {
            return Max;
        }

        var index = 0;
        while ((left -= _counts[index]) > 0)
        {
            index++;
        }

        var middle = index == 0 ? TimeSpan.Zero : TimeSpan.FromMicroseconds(Math.Pow(Growth, index - 0.5));
        return middle < Max ? middle : Max;
    }

    /// <summary>Class 0 is below a microsecond; class i ends at <see cref="Growth"/> to the power of i microseconds.</summary>
    private static int ClassOf(TimeSpan time)
    {
        var microseconds = time.TotalMicroseconds;
        return microseconds < 1 ? 0 : Math.Min((int)(Math.Log(microseconds) / LogGrowth) + 1, Classes - 1);
    }
}
