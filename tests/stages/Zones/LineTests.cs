using Streaming.Config.Run.Zones;
using Streaming.Config.Settings;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Zones;

public sealed class LineTests
{
    /// <summary>From top to bottom: its left is the picture's right. Hysteresis: 5 pixels.</summary>
    private static readonly LineConfig Door = new() { Name = "door", Shape = Watched.Pixels((500, 100), (500, 400)) };

    [Fact]
    public void Crossing_ThereAndBack_CountsOneEachWay()
    {
        var watched = new Watched(Watched.Config(Door));
        foreach (var x in new[] { 480, 490, 510, 520, 505, 499, 493 })
        {
            watched.See(x);
        }

        Assert.Equal(["line_crossed door out 1", "line_crossed door in 1"], watched.Told);
    }

    [Fact]
    public void Crossing_ManyObjects_CountsByClassAndDirection()
    {
        var watched = new Watched(Watched.Config(Door with { Forward = "west", Backward = "east" }));
        watched.See([Watched.At(480, 250, 1), Watched.At(520, 250, 2, Watched.Car), Watched.At(480, 250, 3)]);
        watched.See([Watched.At(520, 250, 1), Watched.At(480, 250, 2, Watched.Car), Watched.At(520, 250, 3)]);
        var crossings = watched.Events.Where(item => item.Kind == ObjectEventKind.LineCrossed).ToArray();
        Assert.Equal(
            [("east", 1, "person 1"), ("west", 1, "car 1"), ("east", 2, "person 2")],
            crossings.Select(item => (item.Direction!, item.Count!.Value, Assert.Single(
                item.Counts!.Select(count => $"{count.Key} {count.Value}")))));
    }

    [Fact]
    public void Crossing_JitterWithinTheHysteresis_DoesNotCountAgain()
    {
        var watched = new Watched(Watched.Config(Door));
        watched.See(490);
        for (var i = 0; i < 100; i++)
        {
            watched.See(i % 2 == 0 ? 504.9 : 495.1);
        }

        Assert.Empty(watched.Told);
        watched.See(505.1);
        watched.See(495.1);
        Assert.Single(watched.Told);
    }

    [Theory]
    [InlineData(250, true)]
    [InlineData(101, true)]
    [InlineData(99, false)]
    [InlineData(401, false)]
    public void Crossing_OutsideOfItsEnds_IsNone(double y, bool crosses)
    {
        var watched = new Watched(Watched.Config(Door));
        watched.See([Watched.At(480, y)]);
        watched.See([Watched.At(520, y)]);
        Assert.Equal(crosses ? 1 : 0, watched.Told.Length);
    }

    [Fact]
    public void Crossing_UnseenInBetween_CountsWhenTheObjectIsFoundAgain()
    {
        var watched = new Watched(Watched.Config(Door));
        watched.See(400);
        watched.Index += 20;
        watched.See(600);
        Assert.Single(watched.Told);
        watched.Index += 40;
        watched.See([]);
        // After too long a time: where it came from is not known.
        watched.See(400);
        Assert.Single(watched.Told);
    }

    [Fact]
    public void Crossing_OutsideOfItsHours_IsNotCounted()
    {
        var hours = new ScheduleWindow { From = TimeSpan.FromHours(13) };
        var watched = new Watched(Watched.Config(Door with { Schedule = new ValueList<ScheduleWindow>([hours]) }));
        watched.See(480);
        watched.See(520);
        watched.Later = TimeSpan.FromHours(1);
        watched.See(530);
        watched.See(480);
        Assert.Equal(["line_crossed door in 1"], watched.Told);
    }

    [Fact]
    public void Lines_ThatShareAnEnd_CountACrossingThereOnce()
    {
        var (upper, lower) = (Watched.Pixels((500, 0), (500, 250)), Watched.Pixels((500, 250), (500, 500)));
        var config = Watched.Config() with
        {
            Lines = new ValueList<LineConfig>([Door with { Name = "a", Shape = upper }, Door with { Name = "b", Shape = lower }]),
        };
        var watched = new Watched(config);
        watched.See(480);
        watched.See(520);
        Assert.Equal(["line_crossed b out 1"], watched.Told);
    }
}
