using System.Globalization;
using Streaming.Stages.Emit.Segments;

namespace Streaming.Stages.Tests.Emit.Segments;

public sealed class SegmentClockTests
{
    [Theory]
    [InlineData(3600, "10:23:45", "10:59:59", null)]
    [InlineData(3600, "10:23:45", "11:00:00.04", "11:00:00")]
    [InlineData(3600, "10:23:45", "13:20:00", "13:00:00")]
    // Corrected by a little, or set back.
    [InlineData(3600, "10:00:00", "09:59:59", null)]
    [InlineData(3600, "10:40:00", "09:40:00", "09:40:00")]
    [InlineData(60, "10:40:00", "10:39:40", "10:39:40")]
    [InlineData(86400, "10:23:45", "23:59:59", null)]
    // Summer time begins in Europe on 2026-03-29 at 01:00 UTC: the clock here knows nothing of it.
    [InlineData(3600, "00:59:59", "01:00:00", "01:00:00")]
    public void IsOver_SecondFrame_BeginsASegmentWhere(int every, string first, string second, string? expected)
    {
        var sut = new SegmentClock(TimeSpan.FromSeconds(every));
        Assert.False(sut.IsOver(At(first)));
        Assert.Equal(At(first), sut.Begin(At(first)));
        Assert.Equal(expected is not null, sut.IsOver(At(second)));
        if (expected is not null)
        {
            Assert.Equal(At(expected), sut.Begin(At(second)));
            Assert.False(sut.IsOver(At(second)));
        }
    }

    [Fact]
    public void IsOver_Midnight_BeginsTheNextDay()
    {
        var sut = new SegmentClock(TimeSpan.FromDays(1));
        sut.Begin(At("23:59:59"));
        var midnight = At("00:00:00").AddDays(1);
        Assert.True(sut.IsOver(midnight));
        Assert.Equal(midnight, sut.Begin(midnight));
    }

    [Fact]
    public void IsOver_NoInterval_Never()
    {
        var sut = new SegmentClock(null);
        Assert.Equal(At("10:00:00"), sut.Begin(At("10:00:00")));
        Assert.False(sut.IsOver(At("10:00:00").AddYears(1)));
    }

    private static DateTimeOffset At(string time)
    {
        return DateTimeOffset.Parse($"2026-03-29T{time}Z", CultureInfo.InvariantCulture);
    }
}
