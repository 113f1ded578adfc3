using System.Globalization;
using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Stages.Frames;
using Streaming.Stages.Hooks;
using Streaming.Stages.Track;
using Streaming.Training.Evaluation;
using Streaming.Training.Evaluation.Tracks;

namespace Streaming.Benchmarks.Tracks;

/// <summary>
/// How well trackers keep objects apart and together on drawn streets that nothing was tuned on, at falling frame rates, when
/// they are given the truth with a detector's noise, or the demo model's detections.
/// </summary>
internal static class TrackBenchmark
{
    private const long FirstStreet = 9000;
    private const int Seconds = 20;
    private const int FullRate = 30;

    private static readonly int[] Rates = [30, 10, 5, 2];
    private static readonly ImageSize Size = new(360, 640);

    /// <summary>What is compared: a name, and how to make one for a source.</summary>
    private static readonly IReadOnlyList<(string Name, Func<SourceInfo, IResultHook> Create)> Trackers =
    [
        ("greedy IoU", _ => new GreedyTracker()),
        ("bytetrack", source => Tracker(TrackerKind.ByteTrack, source)),
        ("ocsort", source => Tracker(TrackerKind.OcSort, source)),
        ("masks", source => Tracker(TrackerKind.Masks, source)),
    ];

    /// <summary>Detections are the truth with a detector's noise.</summary>
    /// <param name="count">How many streets.</param>
    public static void Run(int count)
    {
        Print(Workers.Run(
            count,
            () => Stream.Null,
            (_, i) => Follow(SeenStreet.ByNoise(FirstStreet + i, Size, FullRate, Seconds * FullRate)).ToList()));
    }

    /// <summary>Detections are the demo model's.</summary>
    /// <param name="count">How many streets.</param>
    /// <param name="seconds">Of each.</param>
    public static void RunDemo(int count, int seconds)
    {
        Print(Workers.Run(
            count,
            () => new DemoDetector(),
            (detector, i) => Follow(
                SeenStreet.ByModel(detector, FirstStreet + i, Size, FullRate, seconds * FullRate)).ToList()));
    }

    /// <summary>Prints a row for each rate and tracker; "true ids" is a tracker that is told which detection is what.</summary>
    private static void Print(IEnumerable<List<(string Row, TrackSummary Figures)>> streets)
    {
        Console.WriteLine("rate  tracker          HOTA   DetA   AssA   IDF1   MOTA  IDSW  Frag");
        foreach (var row in streets.SelectMany(street => street).GroupBy(item => item.Row))
        {
            var all = TrackSummary.Combine([.. row.Select(item => item.Figures)]);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{row.Key}  {100 * all["HOTA"],5:0.0}  {100 * all["DetA"],5:0.0}  {100 * all["AssA"],5:0.0}  "
                + $"{100 * all["IDF1"],5:0.0}  {100 * all["MOTA"],5:0.0}  {all["IDSW"],4}  {all["Frag"],4}"));
        }
    }

    private static TrackHook Tracker(TrackerKind kind, SourceInfo source)
    {
        return new TrackHook(new TrackingSection { Kind = kind }, source, new TrackActivity());
    }

    /// <summary>One street with all trackers at all rates; the frames of a lower rate are some of those of the highest.</summary>
    private static IEnumerable<(string Row, TrackSummary Figures)> Follow(IReadOnlyList<SeenFrame> frames)
    {
        foreach (var rate in Rates)
        {
            SeenFrame[] seen = [.. frames.Where((_, index) => index % (FullRate / rate) == 0)];
            var truth = Sequence(seen.Select(frame => frame.Objects.Select(item => (item.Id, DrawnFrames.BoxOf(item)))));
            yield return ($"{rate,4}  {"true ids",-13}", TrackSummary.Of(truth, Sequence(seen.Select(TrueIds))));
            foreach (var (name, create) in Trackers)
            {
                var info = new SourceInfo("street", "street", Size, FrameRate.From(rate), seen.Length);
                yield return ($"{rate,4}  {name,-13}", TrackSummary.Of(truth, Sequence(Track(create(info), seen))));
            }
        }
    }

    private static IEnumerable<IEnumerable<(long Id, Box Box)>> Track(IResultHook tracker, SeenFrame[] frames)
    {
        using var pool = new PixelPool();
        using (tracker)
        {
            for (var i = 0; i < frames.Length; i++)
            {
                var identity = new FrameIdentity("street", 0, i, frames[i].Pts, PtsOrigin.Container, DateTimeOffset.UnixEpoch);
                using var frame = new Frame(identity, pool.Rent(Size));
                var result = new FrameResult(identity, Size, [.. frames[i].Detections.Select(item => item.Detection)]);
                yield return tracker.Apply(frame, result).Detections
                    .Where(item => item.Track is not null)
                    .Select(item => (item.Track!.Id, item.Box));
            }
        }
    }

    /// <summary>As a tracker that knows everything: false detections are left alone.</summary>
    private static IEnumerable<(long Id, Box Box)> TrueIds(SeenFrame frame)
    {
        return frame.Detections.Where(item => item.Id is not null).Select(item => (item.Id!.Value, item.Detection.Box));
    }

    private static TrackSequence Sequence(IEnumerable<IEnumerable<(long Id, Box Box)>> frames)
    {
        var tracks = new TrackSequence();
        foreach (var boxes in frames)
        {
            tracks.Reach(tracks.Length + 1);
            foreach (var (id, box) in boxes)
            {
                if (!tracks.TryAdd(tracks.Length, new TrackedBox(id, new CocoBox(box.X0, box.Y0, box.Width, box.Height))))
                {
                    throw new InvalidOperationException($"A tracker gave two detections of one frame the id {id}.");
                }
            }
        }

        return tracks;
    }
}
