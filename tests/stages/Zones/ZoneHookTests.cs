using Streaming.Config;
using Streaming.Config.Run.Zones;
using Streaming.Config.Settings;
using Streaming.Model.Structures;
using Streaming.Stages.Frames;
using Streaming.Stages.Zones;

namespace Streaming.Stages.Tests.Zones;

public sealed class ZoneHookTests
{
    private static readonly ZoneConfig Yard = Watched.Zone("yard", 100, 200);

    [Fact]
    public void Zone_ObjectThatIsInsideForItsInertia_EntersWhenItWasFirstSeenThere()
    {
        var watched = new Watched(Watched.Config(Yard));
        watched.See(50);
        watched.See(150);
        watched.See(150);
        Assert.Empty(watched.Told);
        watched.See(150);
        Assert.Equal(["zone_entered yard 1", "occupancy_changed yard 1"], watched.Told);
        var entered = watched.Events.Single(item => item.Kind == ObjectEventKind.ZoneEntered);
        Assert.Equal(("cam-0-3-0", 40L * 10_000), (entered.Id, entered.Pts.Ticks));
        Assert.Equal((Watched.Person, 0.9f, new Box(140, 210, 160, 250)), (
            entered.Subject!.Category, entered.Subject.Score, entered.Subject.Box));

        watched.See(250);
        watched.See(250);
        Assert.Equal(2, watched.Told.Length);
        watched.See(250);
        Assert.Equal(["zone_left yard 1", "occupancy_changed yard 0"], watched.Told[2..]);
        var left = watched.Events.Single(item => item.Kind == ObjectEventKind.ZoneLeft);
        Assert.Equal((4 * Watched.Frame, 3 * Watched.Frame), (left.Pts, left.Dwell));
    }

    [Fact]
    public void Zone_JitterOnItsBorder_CountsOnce()
    {
        var watched = new Watched(Watched.Config(Yard));
        for (var i = 0; i < 50; i++)
        {
            watched.See(i % 4 == 0 ? 99.5 : 100.5);
        }

        Assert.Equal(["zone_entered yard 1", "occupancy_changed yard 1"], watched.Told);
    }

    [Fact]
    public void Zone_ShorterThanItsInertia_DoesNotCount()
    {
        var watched = new Watched(Watched.Config(Yard));
        watched.See(50);
        watched.See(150);
        watched.See(150);
        watched.See(250);
        Assert.Empty(watched.Told);
        Assert.Equal(1, watched.Remembered);
    }

    [Fact]
    public void Zone_TrackThatFlickers_StaysUntilItIsLostForTooLong()
    {
        var watched = new Watched(Watched.Config(Yard), lostAfter: TimeSpan.FromSeconds(1));
        foreach (var _ in Enumerable.Range(0, 3))
        {
            watched.See(150);
        }

        watched.Index += 24;
        watched.See(150);
        Assert.Equal(["zone_entered yard 1", "occupancy_changed yard 1"], watched.Told);
        watched.Index += 25;
        watched.See([]);
        Assert.Equal(["zone_left yard 1 lost", "occupancy_changed yard 0"], watched.Told[2..]);
        var left = watched.Events.Single(item => item.Kind == ObjectEventKind.ObjectLeft);
        Assert.Equal((27 * Watched.Frame, 27 * Watched.Frame, "lost"), (left.Pts, left.Dwell, left.Cause));
        Assert.Equal(0, watched.Remembered);
    }

    [Fact]
    public void Zone_InertiaAsATime_CountsSecondsInsteadOfFrames()
    {
        var watched = new Watched(Watched.Config(Yard with { InertiaTime = TimeSpan.FromMilliseconds(100) }));
        foreach (var _ in Enumerable.Range(0, 3))
        {
            watched.See(150);
        }

        Assert.Empty(watched.Told);
        watched.See(150);
        Assert.Equal("zone_entered yard 1", watched.Told[0]);
    }

    [Fact]
    public void Zone_MinimumAndLoitering_AreToldOnceAfterTheirTimes()
    {
        var zone = Yard with { MinDwell = TimeSpan.FromMilliseconds(400), Loitering = TimeSpan.FromMilliseconds(800) };
        var watched = new Watched(Watched.Config(zone));
        var told = Enumerable.Range(0, 40).ToDictionary(i => i, i => watched.See(150).Select(Watched.Tell).ToArray());
        Assert.Equal(["zone_entered yard 1", "occupancy_changed yard 1"], told[10]);
        Assert.Equal(["loitering yard 1"], told[20]);
        Assert.Equal(3, watched.Told.Length);
        Assert.Equal(
            TimeSpan.FromMilliseconds(800), watched.Events.Single(item => item.Kind == ObjectEventKind.Loitering).Dwell);
    }

    [Fact]
    public void Zones_ThatShareAnEdge_OneAloneHasTheObject()
    {
        var (left, right) = (Watched.Zone("left", 100, 200), Watched.Zone("right", 200, 300));
        var watched = new Watched(Watched.Config(left with { Inertia = 1 }, right with { Inertia = 1 }));
        foreach (var x in new[] { 150, 200, 199.999, 200, 200.001, 250 })
        {
            watched.See(x);
            var occupied = watched.Events.Where(item => item.Kind == ObjectEventKind.OccupancyChanged)
                .GroupBy(item => item.Zone).Sum(group => group.Last().Count);
            Assert.Equal(1, occupied);
        }
    }

    [Fact]
    public void Occupancy_OfSeveralObjects_IsToldByClass()
    {
        var watched = new Watched(Watched.Config(Yard with { Inertia = 1 }));
        watched.See([Watched.At(150, 250, 1), Watched.At(150, 250, 2, Watched.Car), Watched.At(150, 250, 3)]);
        watched.See([Watched.At(150, 250, 1), Watched.At(250, 250, 2, Watched.Car), Watched.At(150, 250, 3)]);
        var occupancy = watched.Events.Where(item => item.Kind == ObjectEventKind.OccupancyChanged).ToArray();
        Assert.Equal([3, 2], occupancy.Select(item => item.Count));
        Assert.Equal("car 1, person 2", string.Join(", ", occupancy[0].Counts!.Select(item => $"{item.Key} {item.Value}")));
        Assert.Equal(2, Assert.Single(occupancy[1].Counts!).Value);
    }

    [Fact]
    public void Filters_OfAZone_LeaveOutClassesAndScores()
    {
        var filter = new ObjectFilter
        {
            Classes = new ValueList<string>(["car", "person"]),
            Score = 0.5,
            ClassScores = new ValueList<NamedNumber>([new NamedNumber("car", 0.8)]),
        };
        var watched = new Watched(Watched.Config(Yard with { Inertia = 1, Filter = filter }));
        watched.See(
        [
            Watched.At(150, 250, 1, Watched.Car, 0.7f), Watched.At(150, 250, 2, Watched.Person, 0.5f),
            Watched.At(150, 250, 3, new(2, "bicycle"), 0.9f), Watched.At(150, 250, 4, Watched.Person, 0.4f),
            Watched.At(150, 250, 5, Watched.Car, 0.8f),
        ]);
        Assert.Equal([2L, 5L], watched.Events.Where(item => item.Kind == ObjectEventKind.ZoneEntered)
            .Select(item => item.TrackId));
    }

    [Fact]
    public void Reconnect_NewEpoch_AllObjectsLeftWithTheSource()
    {
        var watched = new Watched(Watched.Config(Yard));
        foreach (var _ in Enumerable.Range(0, 5))
        {
            watched.See(150, 400);
        }

        (watched.Epoch, watched.Index) = (1, 2);
        var events = watched.See([Watched.At(150, 250, 7)]);
        Assert.Equal(
            [
                "zone_left yard 1 source_lost", "object_left 1 source_lost", "object_left 2 source_lost",
                "occupancy_changed yard 0", "object_appeared 7",
            ],
            events.Select(Watched.Tell));
        Assert.All(events.Take(4), item => Assert.Equal((0, 4 * Watched.Frame), (item.Epoch, item.Pts)));
        Assert.Equal((1, "cam-1-2-4"), (events[4].Epoch, events[4].Id));
        Assert.Equal(1 + 1, watched.Remembered);
    }

    [Fact]
    public void FailedFrame_OfAnyLength_SaysNothing()
    {
        var watched = new Watched(Watched.Config(Yard));
        foreach (var _ in Enumerable.Range(0, 3))
        {
            watched.See(150);
        }

        watched.Index += 1000;
        Assert.Empty(watched.See([], result => result with { Outcome = FrameOutcome.Failed("infer", "broken") }));
        Assert.NotEmpty(watched.See([]));
    }

    [Fact]
    public void GatedFrames_WithPredictedBoxes_MoveObjectsButNotWhereTheyAreIgnored()
    {
        var ignored = new ValueList<RegionConfig>([new RegionConfig(Watched.Zone("", 100, 140).Shape)]);
        var watched = new Watched(Watched.Config(Yard with { Inertia = 2 }) with { Ignore = ignored });
        watched.See(50);
        foreach (var x in new[] { 110, 120, 130 })
        {
            watched.See([Predicted(x)], result => result with { IsGated = true });
        }

        Assert.Empty(watched.Told);
        watched.See([Predicted(150)], result => result with { IsGated = true });
        watched.See([Predicted(160)], result => result with { IsGated = true });
        Assert.Equal("zone_entered yard 1", watched.Told[0]);
    }

    [Fact]
    public void Resolution_OfFramesChanges_ZonesScale()
    {
        var watched = new Watched(Watched.Config(Yard with { Inertia = 1 }));
        var half = new Detection(
            0, Watched.Person, 1, new Box(70, 100, 80, 125), null, new TrackInfo(1, TimeSpan.Zero, 1));
        watched.See([half], result => result with { Size = new ImageSize(250, 500) });
        Assert.Equal("zone_entered yard 1", watched.Told[0]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Mask_ShareOfAnObject_DecidesInsteadOfItsAnchor(bool hasMask)
    {
        // The box lies half inside. Of the mask all is inside, or nothing.
        var pixels = new byte[500 * 1000];
        for (var y = 210; y < 250; y++)
        {
            pixels.AsSpan((y * 1000) + 100, 4).Fill(1);
        }

        var watched = new Watched(Watched.Config(
            Yard with { Inertia = 1, MaskShare = 0.6 }, Yard with { Name = "half", Inertia = 1, MaskShare = 0.4 }));
        watched.See([Watched.At(100, 250) with { Mask = hasMask ? Rle.Encode(pixels, Watched.Size) : null }]);
        string[] expected = hasMask ? ["yard", "half"] : ["half"];
        Assert.Equal(expected, watched.Events.Where(item => item.Kind == ObjectEventKind.ZoneEntered).Select(item => item.Zone));
    }

    [Fact]
    public void Schedule_HoursAreOver_ObjectsLeaveAndNoneEnters()
    {
        var hours = new ScheduleWindow { From = TimeSpan.FromHours(12), To = TimeSpan.FromHours(13) };
        var watched = new Watched(Watched.Config(Yard with { Schedule = new ValueList<ScheduleWindow>([hours]) }));
        foreach (var later in new[] { 0, 1, 2, 24 })
        {
            watched.Later = TimeSpan.FromHours(later);
            foreach (var _ in Enumerable.Range(0, 3))
            {
                watched.See(150);
            }
        }

        string[] visit = ["zone_entered yard 1", "occupancy_changed yard 1"];
        Assert.Equal([.. visit, "zone_left yard 1 schedule", "occupancy_changed yard 0", .. visit], watched.Told);
    }

    [Fact]
    public void Objects_WithoutATrackOrTwiceInAFrame_CountOnceOrNotAtAll()
    {
        var watched = new Watched(Watched.Config(Yard with { Inertia = 1 }));
        watched.See([Watched.At(150, 250, null), Watched.At(160, 250, 1), Watched.At(170, 250, 1)]);
        Assert.Equal(["zone_entered yard 1", "occupancy_changed yard 1"], watched.Told);
        Assert.Single(watched.Events, item => item.Kind == ObjectEventKind.ObjectAppeared);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void Memory_OfAnEndlessStream_IsBounded(int step)
    {
        // A stream whose time stands still, such as a folder of pictures, never loses a track.
        var watched = new Watched(
            Watched.Config(Yard with { Inertia = 1 }) with { Lines = new ValueList<LineConfig>([Line]) });
        var most = 0;
        for (var i = 0; i < 10_000; i++)
        {
            watched.See(
                [Watched.At(150, 250, i)],
                result => result with { Identity = result.Identity with { Pts = i * step * Watched.Frame } });
            most = Math.Max(most, watched.Remembered);
        }

        Assert.InRange(most, 1, step == 1 ? 100 : 3 * (ObjectWatch.MostObjects + 1));
        Assert.Equal(10_000, watched.Events.Count(item => item.Kind == ObjectEventKind.ObjectAppeared));
    }

    [Fact]
    public void Constructor_PixelsOutsideOfThePicture_AreRefusedWithTheSource()
    {
        var error = Assert.Throws<ConfigurationException>(
            () => new Watched(Watched.Config(Watched.Zone("yard", 900, 1001), Watched.Zone("good", 0, 1000))));
        Assert.Equal("cam: zone 'yard': [1001, 0] is outside of the picture, which is 1000x500.", error.Message);
    }

    private static LineConfig Line { get; } = new() { Name = "door", Shape = Watched.Pixels((300, 0), (300, 500)) };

    private static Detection Predicted(double x)
    {
        return Watched.At(x, 250) with { Track = new TrackInfo(1, TimeSpan.Zero, 1, IsPredicted: true) };
    }
}
