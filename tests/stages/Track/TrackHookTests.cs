using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Stages.Track;

namespace Streaming.Stages.Tests.Track;

public sealed class TrackHookTests
{
    private static readonly ImageSize Size = new(240, 320);

    public static TheoryData<string> Kinds => [.. Enum.GetNames<TrackerKind>().Where(name => name != nameof(TrackerKind.None))];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Recall_CutAnywhere_GoesOnExactlyLikeAnUninterruptedRun(string kind)
    {
        var tracks = 0;
        for (var seed = 0; seed < 12; seed++)
        {
            FrameResult[] frames = [.. new TrackScene(seed, hasMasks: kind == nameof(TrackerKind.Masks)).Frames(240)];
            using var whole = Hook(kind);
            FrameResult[] expected = [.. frames.Select(frame => whole.Apply(null!, frame))];
            tracks += expected.SelectMany(result => result.Detections).Count(detection => detection.Track is not null);
            foreach (var cut in new[] { 1, 40 + seed, 239 - (7 * seed) })
            {
                using var later = Hook(kind);
                foreach (var result in expected.Take(cut))
                {
                    later.Recall(TrackScene.ReadBack(result));
                }

                Assert.Equal(
                    expected.Skip(cut).SelectMany(Told),
                    frames.Skip(cut).SelectMany(frame => Told(later.Apply(null!, frame))));
            }
        }

        Assert.True(tracks > 1000, $"{tracks} detections with a track");

        static IEnumerable<Detection> Told(FrameResult result)
        {
            return result.Detections;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Apply_ManyScenes_TracksKeepTheirClassAndNumbersAreNeverGivenTwice(string kind)
    {
        for (var seed = 100; seed < 110; seed++)
        {
            using var hook = Hook(kind);
            var known = new Dictionary<long, (int Class, int Epoch)>();
            foreach (var frame in new TrackScene(seed).Frames(500))
            {
                var result = hook.Apply(null!, frame);
                Assert.Equal(result.Outcome.Status == FrameStatus.Failed ? 0 : result.Detections.Count, result.Detections.Count);
                Detection[] told = [.. result.Detections.Where(detection => detection.Track is not null)];
                Assert.Equal(told.Length, told.Select(detection => detection.Track!.Id).Distinct().Count());
                foreach (var detection in told)
                {
                    var now = (detection.Class, result.Identity.Epoch);
                    Assert.Equal(now, known.GetValueOrDefault(detection.Track!.Id, now));
                    known[detection.Track.Id] = now;
                    Assert.Equal(result.IsGated, detection.Track.IsPredicted);
                    Assert.True(detection.Track.Hits >= 1 && detection.Track.Age >= TimeSpan.Zero);
                    Assert.InRange(detection.Box.X0, 0, 320);
                    Assert.InRange(detection.Box.Y1, 0, 240);
                }

                Assert.Equal(result.StartedTracks.Count, result.StartedTracks.Count(TrackScene.Categories.Contains));
            }

            Assert.True(known.Count > 10);
        }
    }

    [Fact]
    public void Apply_ConfirmedObject_HasAgeAndHitsAndItsOwnBox()
    {
        using var hook = Hook(nameof(TrackerKind.ByteTrack));
        FrameResult[] results = [.. Enumerable.Range(0, 6).Select(i => hook.Apply(null!, Frame(i, At(50 + i))))];
        Assert.All(results, result => Assert.Equal(1, result.Detections[0].Track!.Id));
        Assert.Equal(Enumerable.Range(1, 6), results.Select(result => result.Detections[0].Track!.Hits));
        Assert.Equal(TimeSpan.FromMilliseconds(200), results[5].Detections[0].Track!.Age);
        Assert.Equal(At(55).Box, results[5].Detections[0].Box);
        Assert.Equal([1, 0, 0, 0, 0, 0], results.Select(result => result.StartedTracks.Count));
    }

    [Fact]
    public void Apply_NewObjectLater_IsToldOnceItWasSeenTwice()
    {
        using var hook = Hook(nameof(TrackerKind.ByteTrack));
        hook.Apply(null!, Frame(0, At(50)));
        Assert.Null(hook.Apply(null!, Frame(1, At(50), At(200))).Detections[1].Track);
        Assert.Equal(2, hook.Apply(null!, Frame(2, At(50), At(200))).Detections[1].Track!.Id);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Apply_EveryFifthFrameOnly_FollowsWhatMovesTooFarForOneStep(string kind)
    {
        // 10 pixels a step of 40 ms; a box of 20 pixels has left its place entirely after the 5 steps between frames.
        using var hook = Hook(kind);
        FrameResult[] start = [.. Enumerable.Range(0, 8).Select(i => hook.Apply(null!, Frame(i, At(20 + (3 * i)))))];
        FrameResult[] later = [.. Enumerable.Range(0, 5).Select(i => 12 + (5 * i)).Select(
            i => hook.Apply(null!, Frame(i, At(20 + (3 * i)))))];
        var id = start[^1].Detections[0].Track!.Id;
        Assert.All(later, result => Assert.Equal(id, result.Detections[0].Track?.Id));
    }

    [Fact]
    public void Apply_OcSortOfEverySecondFrame_IsToldAllTheSame()
    {
        // Steps without a frame are no misses: its detections in a row would otherwise never add up.
        using var hook = Hook(nameof(TrackerKind.OcSort));
        FrameResult[] results = [.. Enumerable.Range(0, 20).Select(i => hook.Apply(null!, Frame(2 * i, At(50 + i))))];
        Assert.All(results.Skip(4), result => Assert.NotNull(result.Detections[0].Track));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Apply_GatedFrames_ExpectTheTrackAndAreNoMiss(string kind)
    {
        using var hook = Hook(kind);
        var index = 0;
        for (; index < 10; index++)
        {
            hook.Apply(null!, Frame(index, At(60 + index)));
        }

        for (; index < 100; index++)
        {
            // Longer than any buffer.
            var gated = Assert.Single(hook.Apply(null!, Frame(index) with { IsGated = true }).Detections);
            Assert.True(gated.Track is { Id: 1, IsPredicted: true, Hits: 10 });
            // Ten frames tell the speed to a tenth.
            Assert.Equal(60 + index, (gated.Box.X0 + gated.Box.X1) / 2, 9.0);
            Assert.Equal((0, 0.9f), (gated.Class, gated.Score));
        }

        // Nothing was there to be seen for once: the track is only lost.
        hook.Apply(null!, Frame(index++));
        Assert.Empty(hook.Apply(null!, Frame(index++) with { IsGated = true }).Detections);
        FrameResult[] again = [.. Enumerable.Range(index, 5).Select(i => hook.Apply(null!, Frame(i, At(60 + i))))];
        Assert.Equal(1, again[^1].Detections[0].Track!.Id);
    }

    [Fact]
    public void Apply_GatedTrackThatLeavesThePicture_IsClippedAndThenGone()
    {
        using var hook = Hook(nameof(TrackerKind.ByteTrack));
        for (var i = 0; i < 10; i++)
        {
            hook.Apply(null!, Frame(i, At(220 + (10 * i))));
        }

        FrameResult[] gated =
            [.. Enumerable.Range(10, 10).Select(i => hook.Apply(null!, Frame(i) with { IsGated = true }))];
        Assert.Equal(320, gated[0].Detections[0].Box.X1);
        Assert.Empty(gated[^1].Detections);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Apply_LongGap_BeginsAnewWithNewNumbers(string kind)
    {
        using var hook = Hook(kind);
        for (var i = 0; i < 10; i++)
        {
            hook.Apply(null!, Frame(i, At(60)));
        }

        FrameResult[] later = [.. Enumerable.Range(500, 6).Select(i => hook.Apply(null!, Frame(i, At(60))))];
        Assert.Equal(2, later[^1].Detections[0].Track!.Id);
    }

    [Fact]
    public void Activity_ParkedAndPassingObjects_OnlyWhatPassesMoves()
    {
        var activity = new TrackActivity();
        using (var hook = new TrackHook(new TrackingSection(), TrackScene.Source, activity))
        {
            for (var i = 0; i < 60; i++)
            {
                // The parked one trembles by half a pixel.
                hook.Apply(null!, Frame(i, At(50 + (i % 2 * 0.5f)), At(80 + (3 * i))));
            }

            Assert.Equal((2, 1), (activity.Active, activity.Moving));
            for (var i = 60; i < 100; i++)
            {
                hook.Apply(null!, Frame(i) with { IsGated = true });
            }

            Assert.Equal(0, activity.Moving);
        }

        Assert.Equal((0, 0), (activity.Active, activity.Moving));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Activity_ObjectSeenOnce_MovesUntilItIsLookedForAgain(string kind)
    {
        var activity = new TrackActivity();
        using var hook = new TrackHook(
            new TrackingSection { Kind = Enum.Parse<TrackerKind>(kind) }, TrackScene.Source, activity);
        for (var i = 0; i < 5; i++)
        {
            hook.Apply(null!, Frame(i));
        }

        hook.Apply(null!, Frame(5, At(80)));
        Assert.Equal((0, 1), (activity.Active, activity.Moving));
        hook.Apply(null!, Frame(6) with { IsGated = true });
        Assert.Equal((0, 1), (activity.Active, activity.Moving));
        hook.Apply(null!, Frame(7));
        Assert.Equal((0, 0), (activity.Active, activity.Moving));
    }

    [Fact]
    public void AsRead_AnyNumbers_AreThoseOfTheRecord()
    {
        var random = new Random(5);
        for (var i = 0; i < 2000; i++)
        {
            var (x, y) = (random.NextSingle() * 4000, random.NextSingle() * 3000);
            var box = new Box(x, y, x + (random.NextSingle() * 900), y + (random.NextSingle() * 900));
            var detection = new Detection(1, TrackScene.Categories[1], random.NextSingle(), box, null);
            var read = TrackScene.ReadBack(Frame(0, detection)).Detections[0];
            Assert.Equal(read, RecordedPrecision.AsRead(detection));
            Assert.Equal(read, TrackScene.ReadBack(Frame(0, read)).Detections[0]);
        }
    }

    private static TrackHook Hook(string kind)
    {
        var settings = new TrackingSection { Kind = Enum.Parse<TrackerKind>(kind) };
        return new TrackHook(settings, TrackScene.Source, new TrackActivity());
    }

    private static FrameResult Frame(long index, params Detection[] detections)
    {
        var pts = TimeSpan.FromMilliseconds(index * 40);
        return new FrameResult(
            new FrameIdentity("cam", 0, index, pts, PtsOrigin.Container, DateTimeOffset.UnixEpoch), Size, detections);
    }

    private static Detection At(float x)
    {
        return new Detection(0, TrackScene.Categories[0], 0.9f, new Box(x - 10, 100, x + 10, 140), null);
    }
}
