using Streaming.Config.Run;
using Streaming.Stages.Track;

namespace Streaming.Stages.Tests.Track;

/// <summary>What trackers remember is bounded, however long they run and whatever they are shown.</summary>
public sealed class TrackerBoundsTests
{
    public static TheoryData<string> Kinds => TrackHookTests.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Update_TwentyThousandRandomFrames_RememberFewTracks(string kind)
    {
        Run(kind, 20_000, long.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("Category", "Slow")]
    public void Update_AMillionRandomFrames_RememberFewTracksAndNoMoreMemory(string kind)
    {
        // A byte kept for each detection would be 4 MB, the least object 100 MB.
        Run(kind, 1_000_000, 20_000_000);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Update_TheSameObjects_AllocatesNothing(string kind)
    {
        var tracker = Create(kind);
        var seen = new Observation[50];
        var allocating = 0;
        for (var frame = 0; frame < 1100; frame++)
        {
            for (var i = 0; i < seen.Length; i++)
            {
                var (x, y) = ((i % 10 * 40) + (frame * 0.1), i / 10 * 40);
                seen[i] = new Observation(new TrackBox(x, y, x + 30, y + 30), 0.7 + (i % 3 * 0.1), i % 2);
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            tracker.Update(1, seen, TimeSpan.FromSeconds(frame * 0.04));
            tracker.Predict(1);
            allocating += frame >= 100 && GC.GetAllocatedBytesForCurrentThread() > before ? 1 : 0;
            Assert.True(frame < 100 || tracker.Tracks.Count == seen.Length);
        }

        // A collection that another thread asks for counts what is left of this thread's block.
        Assert.InRange(allocating, 0, 100);
    }

    private static ITracker Create(string kind)
    {
        return Trackers.Create(new TrackingSection { Kind = Enum.Parse<TrackerKind>(kind), UseByte = true }, 30, new TrackIds());
    }

    private static void Run(string kind, int frames, long mostGrowth)
    {
        var (random, tracker) = (new Random(1), Create(kind));
        var seen = new Observation[8];
        var (most, early, all) = (0, 0L, 0L);
        for (var frame = 0; frame < frames; frame++)
        {
            var count = random.Next(seen.Length + 1);
            for (var i = 0; i < count; i++)
            {
                // Few places, so that some are seen again and again, and others once.
                var (x, y) = ((random.Next(8) * 30) + random.NextDouble(), (random.Next(6) * 30) + random.NextDouble());
                var box = new TrackBox(x, y, x + 25, y + 20 + random.Next(10));
                seen[i] = new Observation(box, random.NextDouble(), random.Next(2));
            }

            var steps = random.Next(20) == 0 ? random.Next(1, 60) : 1;
            if (random.Next(10) == 0)
            {
                tracker.Predict(steps);
            }
            else
            {
                tracker.Update(steps, seen.AsSpan(0, count), TimeSpan.FromSeconds(frame * 0.04));
            }

            most = Math.Max(most, tracker is ByteTrack bytes ? bytes.Remembered : ((OcSort)tracker).Remembered);
            all += tracker.Tracks.Count;
            early = frame == frames / 2 ? GC.GetTotalMemory(forceFullCollection: true) : early;
        }

        // No more than one for each detection of the last 33 steps, and memory does not grow.
        Assert.InRange(most, 1, 33 * seen.Length);
        Assert.True(all > frames / 20, $"{all} tracks in {frames} frames");
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - early, long.MinValue, mostGrowth);
        GC.KeepAlive(tracker);
    }
}
