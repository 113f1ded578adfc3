using Microsoft.Extensions.Time.Testing;
using Streaming.Pipeline.Sources;

namespace Streaming.Pipeline.Tests.Sources;

public sealed class ResultRateTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void PerSecond_SteadySource_IsItsRateFromTheFirstSecondOn()
    {
        _time.Advance(TimeSpan.FromHours(30));
        var rate = new ResultRate(_time);
        Assert.Equal(0, rate.PerSecond);
        _time.Advance(TimeSpan.FromSeconds(3.3));
        for (var i = 1; i <= 100; i++)
        {
            rate.Add();
            _time.Advance(TimeSpan.FromSeconds(0.1));
            Assert.InRange(rate.PerSecond, i < 10 ? 0 : 9.7, 10.3);
        }
    }

    [Fact]
    public void PerSecond_SourceThatStops_FallsToNothingWithinSixSeconds()
    {
        var rate = new ResultRate(_time);
        for (var i = 0; i < 50; i++)
        {
            rate.Add();
            _time.Advance(TimeSpan.FromSeconds(0.1));
        }

        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.InRange(rate.PerSecond, 3, 5);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(0, rate.PerSecond);
    }
}
