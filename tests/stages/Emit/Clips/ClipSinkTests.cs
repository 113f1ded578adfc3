using Streaming.Stages.Emit;
using Streaming.Stages.Emit.Clips;
using Streaming.Stages.Emit.Kept;
using Streaming.Stages.Frames;
using Streaming.Stages.Packets;

namespace Streaming.Stages.Tests.Emit.Clips;

/// <summary>Clips of a camera whose packets are those of a file: which ones there are, and what is in them.</summary>
public sealed class ClipSinkTests : IDisposable
{
    private const int Rate = 25;

    private readonly ClipBench _bench = new();
    private readonly PacketRing _ring = new(TimeSpan.FromHours(1));

    public ClipSinkTests()
    {
        Assert.SkipUnless(CodedVideos.CanWrite(), "GStreamer's encoders are not on this machine");
    }

    public void Dispose()
    {
        _bench.Dispose();
    }

    [Fact]
    public void Write_AnEvent_IsShownFromAKeyFrameBeforeItOn()
    {
        var sent = Send(400);
        var context = Context("clip_before_s: 2, clip_after_s: 1");
        using (var sink = new ClipsOutput().Open(context))
        {
            Play(sink, 0, 400, ClipBench.Event(5.4));
            sink.Complete(Summary);
        }

        var path = Assert.Single(_bench.Files("clips"));
        Assert.EndsWith("clips/cam/20261128-120005-cam-0-135-0.mp4", path, StringComparison.Ordinal);
        // 3.4 s is wanted, the key frame is at 3 s; 6.4 s is the end.
        var packets = Mp4.Packets(path);
        Assert.Equal(sent[75..161].Select(Slices), packets.Select(Slices));
        Assert.True(packets[0].IsKey);
        Assert.Equal(TimeSpan.Zero, packets[0].Pts);
        Assert.Equal(["ftyp", "moov", "moof", "mdat"], Mp4.Boxes(path).Take(4));
        var times = Mp4.Decode(path);
        Assert.Equal(86, times.Count);
        Assert.Equal(85 * 40, times[^1], 1.0);
        var saved = Assert.Single(context.LateEvents.Take());
        Assert.Equal((ObjectEventKind.ClipSaved, TimeSpan.FromSeconds(3), "cam-0-135-0-clip"), (saved.Kind, saved.Pts, saved.Id));
        Assert.Equal((ClipBench.Start + TimeSpan.FromSeconds(3), 0), (saved.At, saved.Epoch));
        Assert.Equal(path, Path.Combine(_bench.Folder, saved.Clip!));
        Assert.Equal(["cam-0-135-0"], saved.Events);
    }

    [Theory]
    [InlineData("clip_before_s: 2, clip_after_s: 1", new[] { 3.0, 4.0, 7.0 }, new[] { 2, 1 })]
    [InlineData("clip_before_s: 2, clip_after_s: 1", new[] { 3.0, 5.0, 7.9 }, new[] { 3 })]
    [InlineData("clip_before_s: 2, clip_after_s: 1, clip_max_s: 4", new[] { 3.0, 4.0, 5.0, 9.0 }, new[] { 2, 1, 1 })]
    [InlineData("clip_before_s: 0, clip_after_s: 0", new[] { 3.0, 6.0 }, new[] { 1, 1 })]
    [InlineData("clip_events: [loitering]", new[] { 3.0, 6.0 }, new int[0])]
    public void Write_SeveralEvents_ShareAClipWhileTheyOverlap(string output, double[] events, int[] expected)
    {
        Send(400);
        var context = Context(output);
        using (var sink = new ClipsOutput().Open(context))
        {
            Play(sink, 0, 400, [.. events.Select(seconds => ClipBench.Event(seconds))]);
            sink.Complete(Summary);
        }

        Assert.Equal(expected, context.LateEvents.Take().OrderBy(saved => saved.Pts).Select(saved => saved.Events.Count));
        Assert.Equal(expected.Length, _bench.Files("clips").Length);
    }

    [Fact]
    public void Tick_TheCameraIsDead_EndsTheClipWithWhatIsThere()
    {
        var sent = Send(150);
        var context = Context("clip_before_s: 2");
        using var sink = new ClipsOutput().Open(context);
        Play(sink, 0, 150, ClipBench.Event(5));
        sink.Tick(ClipBench.Start + TimeSpan.FromSeconds(5 + 5 + 9));
        Assert.Empty(_bench.Files("clips", "*-0.mp4"));
        sink.Tick(ClipBench.Start + TimeSpan.FromSeconds(5 + 5 + 11));
        Wait(() => _bench.Files("clips", "*-0.mp4").Length == 1);
        Assert.Equal(sent[75..].Select(Slices), Mp4.Packets(Assert.Single(_bench.Files("clips"))).Select(Slices));
        Wait(() => context.LateEvents.Take().Any());
    }

    [Fact]
    public void Write_AnEventOfTheEpochBefore_IsShownByThatOnesPackets()
    {
        var before = Send(200);
        var context = Context("clip_before_s: 2, clip_after_s: 1");
        using (var sink = new ClipsOutput().Open(context))
        {
            Play(sink, 0, 200);
            sink.Write(new SourceEvent(SourceEventKind.Disconnected, 1, ClipBench.Start));
            Send(200, epoch: 1);
            sink.Write(ClipBench.Frame(0, 1, ClipBench.Event(5), ClipBench.Event(0.2, epoch: 1)));
            sink.Complete(Summary);
        }

        var clips = context.LateEvents.Take().ToDictionary(saved => saved.Epoch, saved => saved.Clip!);
        var old = Mp4.Packets(Path.Combine(_bench.Folder, clips[0]));
        Assert.Equal(before[75..151].Select(Slices), old.Select(Slices));
        Assert.Equal(31, Mp4.Packets(Path.Combine(_bench.Folder, clips[1])).Count);
    }

    [Fact]
    public void Open_AfterAKill_KeepsTheWholeClipsAndWhatCanBePlayedOfTheLast()
    {
        Send(400);
        using (var sink = new ClipsOutput().Open(Context("clip_before_s: 2, clip_after_s: 1")))
        {
            Play(sink, 0, 160, ClipBench.Event(3));
            Wait(() => _bench.Files("clips", "*-0.mp4").Length == 1);
            Play(sink, 160, 390, ClipBench.Event(8), ClipBench.Event(10.5), ClipBench.Event(13), ClipBench.Event(15.5));
            var part = Path.Combine(_bench.Folder, "clips", "cam", "20261128-120008-cam-0-200-0.part.mp4");
            Wait(() => new FileInfo(part) is { Exists: true, Length: > 30_000 });
            // What a killed process leaves.
            File.Copy(part, _bench.File("left.mp4"));
        }

        File.Delete(_bench.Files("clips")[1]);
        File.Move(_bench.File("left.mp4"), Path.Combine(_bench.Folder, "clips", "cam", "20261128-120008-cam-0-200-0.part.mp4"));
        using (new ClipsOutput().Open(Context("")))
        {
            var files = _bench.Files("clips");
            Assert.Equal(2, files.Length);
            Assert.Equal(76, Mp4.Decode(files[0]).Count);
            Assert.EndsWith("20261128-120008-cam-0-200-0.recovered.mp4", files[1], StringComparison.Ordinal);
            Assert.True(Mp4.Decode(files[1]).Count >= 25);
        }
    }

    [Fact]
    public void Write_TheFolderIsFullOfSomethingElse_IsAnErrorOfTheOutput()
    {
        Send(200);
        using var sink = new ClipsOutput().Open(Context("clip_before_s: 1, clip_after_s: 1"));
        Directory.CreateDirectory(KeptFiles.PartOf(
            Path.Combine(_bench.Folder, "clips", "cam", "20261128-120003-cam-0-75-0.mp4")));
        Play(sink, 0, 100, ClipBench.Event(3));
        var exception = Assert.Throws<EmitException>(() => sink.Complete(Summary));
        Assert.Contains("cam-0-75-0.part.mp4: may not be written", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ManyClips_LeavesNoDescriptorBehind()
    {
        Send(2000);
        using var sink = new ClipsOutput().Open(Context("clip_before_s: 0, clip_after_s: 0.2"));
        var before = 0;
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 75; i++)
            {
                var seconds = (round * 37.5) + (i * 0.5);
                var clips = (round * 75) + i;
                Play(sink, (int)(seconds * Rate), (int)(seconds * Rate) + 12, ClipBench.Event(seconds));
                Wait(() => _bench.Files("clips", "*-0.mp4").Length >= clips);
            }

            var now = Directory.GetFiles("/proc/self/fd").Length;
            Assert.True(round == 0 || now <= before + 5, $"{before} descriptors became {now}");
            before = now;
        }
    }

    private static StreamSummary Summary { get; } =
        new(StreamEnd.Stopped, null, 0, 0, new Dictionary<string, long>(), new Dictionary<string, long>());

    private static string Slices(Packet packet)
    {
        return Mp4.Slices(packet);
    }

    private static void Wait(Func<bool> isSo)
    {
        Assert.True(SpinWait.SpinUntil(isSo, TimeSpan.FromSeconds(60)));
    }

    /// <summary>Frames at their times, each with the events of its time.</summary>
    private static void Play(IFrameSink sink, int from, int to, params ObjectEvent[] events)
    {
        for (var i = from; i < to; i++)
        {
            var (before, now) = (TimeSpan.FromSeconds((i - 1.0) / Rate), TimeSpan.FromSeconds((double)i / Rate));
            using var frame = ClipBench.Frame(
                now.TotalSeconds, [.. events.Where(item => item.Pts > before && item.Pts <= now)]);
            sink.Write(frame);
        }
    }

    private OutputContext Context(string output)
    {
        return _bench.Context(packets: _ring, output: output);
    }

    /// <summary>Puts the packets of a video into the ring, as a camera's; key frames are a second apart.</summary>
    private Packet[] Send(int frames, int epoch = 0)
    {
        _ring.Epoch = epoch;
        var target = _ring.Connect();
        var path = CodedVideos.Write(_bench.File($"sent-{epoch}.mp4"), frames);
        using var feed = new FilePackets(path, VideoCodec.H264, target);
        feed.Flush(TimeSpan.FromHours(1));
        Packet[] packets =
            [.. _ring.Read(0, int.MaxValue).Where(packet => packet.Epoch == epoch).Select(packet => packet.Packet)];
        Assert.Equal(frames, packets.Length);
        return packets;
    }
}
