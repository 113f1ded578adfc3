using Streaming.Cli.Bench;
using Streaming.Cli.Measuring;

namespace Streaming.Cli.Tests.Bench;

public sealed class TimeHistogramTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    [InlineData(12_345)]
    public void Percentile_AnyTimes_IsThatOfTheSortedListToOnePercent(int count)
    {
        var random = new Random(count);
        // From microseconds to minutes.
        TimeSpan[] times =
            [.. Enumerable.Range(0, count).Select(_ => TimeSpan.FromMicroseconds(Math.Pow(10, 8 * random.NextDouble())))];
        var (sut, other) = (new TimeHistogram(), new TimeHistogram());
        foreach (var time in times.Take(count / 2))
        {
            sut.Add(time);
        }

        foreach (var time in times.Skip(count / 2))
        {
            other.Add(time);
        }

        sut.Add(other);
        Array.Sort(times);
        Assert.Equal((count, times[^1]), (sut.Count, sut.Max));
        Assert.Equal(times.Sum(time => time.Ticks), sut.Sum.Ticks);
        foreach (var share in new[] { 0.001, 0.5, 0.9, 0.95, 0.99, 1 })
        {
            var expected = times[Math.Max((int)Math.Ceiling(share * count) - 1, 0)].TotalMicroseconds;
            Assert.InRange(sut.Percentile(share).TotalMicroseconds, expected / 1.0101, expected * 1.0101);
        }
    }

    [Fact]
    public void Percentile_NothingOrNoTime_IsZero()
    {
        var sut = new TimeHistogram();
        Assert.Equal(TimeSpan.Zero, sut.Percentile(0.99));
        sut.Add(TimeSpan.Zero);
        sut.Add(TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, sut.Percentile(0.5));
        sut.Add(TimeSpan.FromDays(10));
        Assert.Equal(TimeSpan.FromDays(10), sut.Percentile(1));
    }

    [Fact]
    public void Add_MillionTimes_TakesNoMemory()
    {
        var sut = new TimeHistogram();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000_000; i++)
        {
            sut.Add(TimeSpan.FromMicroseconds(i));
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }
}
