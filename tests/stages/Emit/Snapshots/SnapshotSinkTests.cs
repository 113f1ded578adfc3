using OpenCvSharp;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Stages.Emit;
using Streaming.Stages.Emit.Kept;
using Streaming.Stages.Emit.Snapshots;
using Streaming.Stages.Frames;
using Streaming.Stages.Tests.Emit.Clips;

namespace Streaming.Stages.Tests.Emit.Snapshots;

public sealed class SnapshotSinkTests : IDisposable
{
    private static readonly ImageSize Size = new(120, 160);

    private readonly ClipBench _bench = new();
    private readonly PixelPool _pool = new();

    public void Dispose()
    {
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
        _bench.Dispose();
    }

    [Fact]
    public void Write_AnEvent_IsShownByTheBestPictureOfItsTrackSoFar()
    {
        using var sink = new SnapshotsOutput().Open(_bench.Context());
        // Brightness tells which frame a picture is of.
        Write(sink, 0, 10, Seen(1, 0.5f, 20));
        Write(sink, 1, 90, Seen(1, 0.9f, 40));
        Write(sink, 2, 170, Seen(1, 0.9f, 20), Seen(2, 0.9f, 50));
        // Where a track is only expected to be, nothing is seen of it.
        Write(sink, 3, 250, [Seen(1, 0.9f, 60, isPredicted: true)], ClipBench.Event(0.12), ClipBench.Event(0.12, 1, track: 7));
        var files = _bench.Files("snapshots");
        Assert.Equal(
            [
                "20261128-120000-cam-0-3-0-drawn.jpg", "20261128-120000-cam-0-3-0.jpg",
                "20261128-120000-cam-0-3-1-drawn.jpg", "20261128-120000-cam-0-3-1.jpg",
            ],
            files.Select(Path.GetFileName));
        Check(files[1], 90, 48, 48);
        // One that is not known: as it is now.
        Check(files[3], 250, 24, 36);
        Check(files[0], null, 160, 120);
    }

    [Theory]
    [InlineData("snapshot_pictures: plain", "0.jpg")]
    [InlineData("snapshot_pictures: [plain, crop]", "0-plain.jpg,0.jpg")]
    [InlineData("snapshot_pictures: [drawn, plain]", "0-plain.jpg,0.jpg")]
    public void Write_PicturesAreChosen_TheEventNamesTheFirst(string output, string expected)
    {
        using var sink = new SnapshotsOutput().Open(_bench.Context(output: output));
        Write(sink, 3, 50, [], ClipBench.Event(0.12));
        Assert.Equal(
            expected.Split(','),
            _bench.Files("snapshots").Select(path => Path.GetFileName(path)["20261128-120000-cam-0-3-".Length..]));
        var main = _bench.Files("snapshots").Single(path => path.EndsWith("-0.jpg", StringComparison.Ordinal));
        using var picture = Cv2.ImRead(main);
        Assert.Equal(output.Contains("crop", StringComparison.Ordinal) ? 24 : 160, picture.Width);
    }

    [Fact]
    public void Write_ManyTracks_AreForgotten()
    {
        var sut = new BestCrops();
        for (var i = 0; i < 2000; i++)
        {
            using var frame = Frame(i, 50, [Seen(i, 0.9f, 20), Seen(i + 100_000, 0.5f, 20)]);
            sut.Look(frame);
            Assert.InRange(sut.Count, 1, BestCrops.MostTracks);
        }

        using var late = Frame(2000 + (61 * 25), 50, []);
        sut.Look(late);
        Assert.Equal(0, sut.Count);
    }

    [Fact]
    public void Apply_AnEventOfAnObject_NamesItsPicture()
    {
        using var hook = Assert.Single(new SnapshotsOutput().Hooks(
            _bench.Context().Place.Values, _bench.Context(isLive: false).Wanted));
        var alone = ClipBench.Event(0, 1) with { Subject = null };
        using var frame = Frame(0, 0, [], ClipBench.Event(0), alone);
        var events = hook.Apply(frame.Frame, frame.Result).Events;
        Assert.Equal(["snapshots/cam/cam-0-0-0.jpg", null], events.Select(item => item.Snapshot));
        var failed = new Frame(frame.Frame.Identity, frame.Frame.Pixels) { Failure = "damaged" };
        Assert.Same(frame.Result, hook.Apply(failed, frame.Result));
    }

    [Fact]
    public void Write_TheRunGoesOn_WhatIsThereStays()
    {
        var context = _bench.Context(isLive: false);
        using var sink = new SnapshotsOutput().Open(context);
        Write(sink, 3, 50, [], ClipBench.Event(0.12));
        var path = _bench.Files("snapshots").Single(file => file.EndsWith("-0.jpg", StringComparison.Ordinal));
        File.WriteAllText(path, "mine");
        File.WriteAllText(KeptFiles.PartOf(path), "left by a kill");
        var record = _bench.File("cam.jsonl");
        using (var lines = new JsonLinesSink(record, Frames.Run, context.Source))
        {
            lines.Complete(new StreamSummary(
                StreamEnd.Stopped, null, 0, 0, new Dictionary<string, long>(), new Dictionary<string, long>()));
        }

        using var again = new SnapshotsOutput().Open(context with { Earlier = RecordedStream.Find(record) });
        Assert.False(File.Exists(KeptFiles.PartOf(path)));
        Write(again, 3, 50, [], ClipBench.Event(0.12));
        Assert.Equal("mine", File.ReadAllText(path));
        Write(sink, 3, 50, [], ClipBench.Event(0.12));
        Assert.NotEqual("mine", File.ReadAllText(path));
    }

    [Fact]
    public void Write_TheFolderIsGone_IsAnErrorOfTheOutput()
    {
        using var sink = new SnapshotsOutput().Open(_bench.Context());
        Directory.Delete(sink.Target, recursive: true);
        Assert.Contains(
            sink.Target, Assert.Throws<EmitException>(() => Write(sink, 3, 50, [], ClipBench.Event(0.12))).Message,
            StringComparison.Ordinal);
    }

    private static Detection Seen(long track, float score, int side, bool isPredicted = false)
    {
        return new Detection(
            0, new Category(1, "person"), score, new Box(60, 40, 60 + side, 40 + side), null,
            new TrackInfo(track, TimeSpan.Zero, 1, isPredicted));
    }

    private static void Check(string path, int? brightness, int width, int height)
    {
        using var picture = Cv2.ImRead(path);
        Assert.Equal((width, height), (picture.Width, picture.Height));
        if (brightness is { } expected)
        {
            Assert.Equal(expected, Cv2.Mean(picture).Val0, 3.0);
        }
    }

    private void Write(IFrameSink sink, int index, int brightness, params Detection[] detections)
    {
        Write(sink, index, brightness, detections, []);
    }

    private void Write(IFrameSink sink, int index, int brightness, Detection[] detections, params ObjectEvent[] events)
    {
        using var hook = new SnapshotNames(SnapshotsOutput.NamesOf("cam", isLive: true));
        using var bare = Frame(index, brightness, detections, events);
        using var frame = bare.Share(hook.Apply(bare.Frame, bare.Result));
        sink.Write(frame);
    }

    private OutputFrame Frame(int index, int brightness, Detection[] detections, params ObjectEvent[] events)
    {
        var pixels = _pool.Rent(Size);
        pixels.Span.Fill((byte)brightness);
        var pts = TimeSpan.FromMilliseconds(index * 40);
        var identity = new FrameIdentity("cam", 0, index, pts, PtsOrigin.Container, ClipBench.Start + pts);
        return new OutputFrame(new Frame(identity, pixels), new FrameResult(identity, Size, detections) { Events = events });
    }
}
