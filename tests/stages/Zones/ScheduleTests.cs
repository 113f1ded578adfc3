using System.Globalization;
using Streaming.Config.Run.Zones;
using Streaming.Config.Settings;
using Streaming.Stages.Zones;

namespace Streaming.Stages.Tests.Zones;

public sealed class ScheduleTests
{
    [Theory]
    [InlineData("2026-01-05T08:00Z", true)] // A Monday.
    [InlineData("2026-01-05T07:59Z", false)]
    [InlineData("2026-01-05T17:59Z", true)]
    [InlineData("2026-01-05T18:00Z", false)]
    [InlineData("2026-01-06T12:00Z", false)]
    public void IsOpen_HoursOfADay_BeginWithTheFirstAndEndBeforeTheLast(string at, bool isOpen)
    {
        Check("08:00", "18:00", "UTC", at, isOpen);
    }

    [Theory]
    [InlineData("2026-01-05T21:59Z", false)]
    [InlineData("2026-01-05T22:00Z", true)]
    [InlineData("2026-01-06T05:59Z", true)] // Tuesday morning belongs to Monday night.
    [InlineData("2026-01-06T06:00Z", false)]
    [InlineData("2026-01-05T03:00Z", false)] // Monday morning belongs to Sunday night.
    [InlineData("2026-01-06T23:00Z", false)]
    public void IsOpen_AcrossMidnight_BelongsToTheDayOnWhichItBegins(string at, bool isOpen)
    {
        Check("22:00", "06:00", "UTC", at, isOpen);
    }

    [Theory]
    [InlineData("2026-01-05T07:30Z", true)] // 08:30 in winter.
    [InlineData("2026-07-06T06:30Z", true)] // 08:30 in summer.
    [InlineData("2026-01-05T06:30Z", false)]
    [InlineData("2026-07-06T07:30Z", false)]
    public void IsOpen_DaylightSavingTime_FollowsTheClocks(string at, bool isOpen)
    {
        Check("08:00", "09:00", "Europe/Berlin", at, isOpen);
    }

    [Fact]
    public void IsOpen_NightsInWhichClocksChange_AreOpenForAsLongAsTheClocksSay()
    {
        // 2:00 to 3:00 does not exist on 29 March 2026, and comes twice on 25 October.
        Assert.Equal((0, 120), (OpenMinutes(new DateTime(2026, 3, 29)), OpenMinutes(new DateTime(2026, 10, 25))));
        Assert.Equal(60, OpenMinutes(new DateTime(2026, 4, 5)));
    }

    [Fact]
    public void IsOpen_WithoutHours_IsAlways()
    {
        Assert.True(new Schedule([]).IsOpen(DateTimeOffset.UnixEpoch));
    }

    private static int OpenMinutes(DateTime day)
    {
        var hours = new ScheduleWindow { From = TimeSpan.FromHours(2), To = TimeSpan.FromHours(3), TimeZone = "Europe/Berlin" };
        var schedule = new Schedule([hours]);
        var start = new DateTimeOffset(day, TimeSpan.Zero).AddHours(-4);
        return Enumerable.Range(0, 16 * 60).Count(minute => schedule.IsOpen(start.AddMinutes(minute)));
    }

    private static void Check(string from, string to, string zone, string at, bool isOpen)
    {
        var schedule = new Schedule(
        [
            new ScheduleWindow
            {
                Days = new ValueList<DayOfWeek>([DayOfWeek.Monday]),
                From = TimeSpan.Parse(from, CultureInfo.InvariantCulture),
                To = TimeSpan.Parse(to, CultureInfo.InvariantCulture),
                TimeZone = zone,
            },
        ]);
        Assert.Equal(isOpen, schedule.IsOpen(DateTimeOffset.Parse(at, CultureInfo.InvariantCulture)));
    }
}
