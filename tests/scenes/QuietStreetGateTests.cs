using Streaming.Config.Run;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Stages.Cv;
using Streaming.Stages.Frames;
using Streaming.Stages.Gate;
using Streaming.Stages.Track;

namespace Streaming.Scenes.Tests;

/// <summary>
/// What the motion gate promises, on drawn streets with little traffic and a detector that knows the truth; with the program's
/// usual settings.
/// </summary>
public sealed class QuietStreetGateTests
{
    private const int Rate = 10;
    private const int Frames = 150;
    private static readonly ImageSize Size = new(180, 320);
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(12)]
    [InlineData(19)]
    [InlineData(21)]
    public void Gate_SomebodyComes_IsFoundWithinASecond(long seed)
    {
        var (_, objects) = Watch(seed, busy: 0.03);
        Sighting[] lasting = [.. objects.Where(item => item.Frames > Lasting.TotalSeconds * Rate)];
        Assert.NotEmpty(lasting);
        Assert.All(lasting, item => Assert.NotNull(item.With));
        Assert.All(objects.Where(item => item.Without is not null), item =>
            Assert.InRange(item.With - item.Without ?? TimeSpan.MaxValue, TimeSpan.Zero, TimeSpan.FromSeconds(1)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Gate_NobodyComes_NetworkSeesFewFrames(long seed)
    {
        var (seen, objects) = Watch(seed, busy: 0);
        Assert.Empty(objects);
        Assert.InRange(seen, Frames / Rate, Frames / 3);
    }

    /// <returns>How many frames the network saw, and when it found each object.</returns>
    private static (int Seen, IReadOnlyCollection<Sighting> Objects) Watch(long seed, double busy)
    {
        var (activity, source) = (new TrackActivity(), new SourceInfo("street", "street", Size, new FrameRate(Rate, 1), null));
        using var pool = new PixelPool();
        using var gate = new MotionGate(activity, new MotionSensitivity(), GateSection.Usual.Interval);
        using var with = new TrackHook(new TrackingSection(), source, activity);
        using var without = new TrackHook(new TrackingSection(), source, new TrackActivity());
        var (scene, seen, objects) = (
            new StreetScene(seed, Size, StreetAddress.DemoKinds, busy), 0, new Dictionary<long, Sighting>());
        for (var index = 0; index < Frames; index++)
        {
            var pts = TimeSpan.FromSeconds((double)index / Rate);
            var pixels = pool.Rent(Size);
            using var frame = new Frame(
                new FrameIdentity("street", 0, index, pts, PtsOrigin.Estimated, DateTimeOffset.UnixEpoch), pixels);
            using var picture = OpenCv.AsMat(pixels);
            var truth = scene.Draw(picture, pts.TotalSeconds, listsObjects: true);
            var (isSeen, result) = (
                gate.Wants(frame), new FrameResult(frame.Identity, Size, [.. truth.Select(Detect)]));
            seen += isSeen ? 1 : 0;
            var followed = without.Apply(frame, result);
            var gated = with.Apply(frame, isSeen ? result : result with { Detections = [], IsGated = true });
            for (var i = 0; i < truth.Count; i++)
            {
                var sighting = objects.GetValueOrDefault(truth[i].Id) ?? (objects[truth[i].Id] = new Sighting());
                sighting.Frames++;
                sighting.Without ??= followed.Detections[i].Track is not null ? pts : null;
                sighting.With ??= isSeen && gated.Detections[i].Track is not null ? pts : null;
            }
        }

        return (seen, objects.Values);
    }

    private static Detection Detect(StreetObject item)
    {
        var (x, y, width, height) = item.Mask.BoundingBox();
        return new Detection(
            (int)item.Kind,
            new Category((int)item.Kind + 1, item.Kind.ToString()),
            0.9f,
            new Box(x, y, x + width, y + height),
            item.Mask);
    }

    private sealed class Sighting
    {
        public int Frames { get; set; }

        public TimeSpan? Without { get; set; }

        public TimeSpan? With { get; set; }
    }
}
