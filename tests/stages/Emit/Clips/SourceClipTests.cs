using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Emit.Clips;
using Streaming.Stages.Frames;
using Streaming.Stages.Isolation;
using Streaming.Stages.Packets;

namespace Streaming.Stages.Tests.Emit.Clips;

/// <summary>Clips of real cameras, of files, and of what has no packets.</summary>
[Collection("Shared memory is counted")]
public sealed class SourceClipTests : IDisposable
{
    private static readonly DecoderCommand Decoder =
        new("dotnet", [Path.Combine(AppContext.BaseDirectory, "test-decoder.dll")]);

    private readonly ClipBench _bench = new();
    private readonly PixelPool _pool = new();

    public void Dispose()
    {
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
        _bench.Dispose();
    }

    [Theory]
    [InlineData("h264", true)]
    [InlineData("h264", false)]
    [InlineData("h265", true)]
    public void Camera_AnEvent_IsShownByWhatTheCameraSent(string codec, bool isIsolated)
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "gst-rtsp-server and GStreamer's plugins are not on this machine");
        Assert.SkipUnless(CodedVideos.CanWrite(codec), $"an encoder of {codec} is not on this machine");
        var kind = codec == "h264" ? VideoCodec.H264 : VideoCodec.H265;
        var path = CodedVideos.Write(_bench.File("sent.mp4"), 150, codec);
        var sent = Mp4.Packets(path, kind).Select(packet => Mp4.Slices(packet, kind)).ToArray();
        using var server = new RtspServer();
        server.AddFile("cam", path, codec);
        var ring = new PacketRing(TimeSpan.FromHours(1));
        var isolation = isIsolated ? Config.Run.Isolation.Process : Config.Run.Isolation.None;
        var config = new SourceConfig { Id = "cam", Input = server.Url("cam"), Isolation = isolation };
        var sources = new FrameSources([NetworkSource.Kind]) { Decoder = Decoder };
        OutputContext context;
        ObjectEvent? told = null;
        var times = new HashSet<TimeSpan>();
        using (var source = sources.Probe(config, new SourceContext("cam", _pool, TimeProvider.System) { Ring = ring }, default))
        {
            context = _bench.Context(source.Info, packets: ring, output: "clip_before_s: 1, clip_after_s: 1");
            using var sink = new ClipsOutput().Open(context);
            while (source.Read(TestContext.Current.CancellationToken) is { } frame)
            {
                times.Add(frame.Identity.Pts);
                ObjectEvent[] events = told is null && frame.Identity.Pts >= TimeSpan.FromSeconds(2.5)
                    ? [told = ClipBench.Event(frame.Identity.Pts.TotalSeconds) with { Pts = frame.Identity.Pts }] : [];
                sink.Write(frame, new FrameResult(frame.Identity, frame.Pixels.Size, []) { Events = events });
            }

            sink.Complete(Summary);
        }

        // A frame has the time of its packet, exactly.
        Assert.Subset(ring.Read(0, int.MaxValue).Select(stored => stored.Packet.Pts).ToHashSet(), times);
        var clip = Assert.Single(_bench.Files("clips"));
        var packets = Mp4.Packets(clip, kind);
        var saved = Assert.Single(context.LateEvents.Take());
        Assert.True(packets[0].IsKey);
        Assert.InRange(told!.Pts - saved.Pts, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2.1));
        var shown = packets.Select(packet => Mp4.Slices(packet, kind)).ToArray();
        var first = Array.IndexOf(sent, shown[0]);
        Assert.Equal(sent[first..(first + shown.Length)], shown);
        // What a player shows lasts from there to a second after the event.
        var end = packets[^1].Pts + saved.Pts - told.Pts;
        Assert.InRange(end, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(1.01));
        Assert.Equal(shown.Length, Mp4.Decode(clip).Count);
    }

    [Theory]
    [InlineData("h264", 0)]
    [InlineData("h264", 2)]
    [InlineData("h265", 0)]
    public void File_AnEvent_IsShownByTheFilesPackets(string codec, int bFrames)
    {
        Assert.SkipUnless(CodedVideos.CanWrite(codec), $"an encoder of {codec} is not on this machine");
        var kind = codec == "h264" ? VideoCodec.H264 : VideoCodec.H265;
        var path = CodedVideos.Write(_bench.File("sent.mp4"), 200, codec, bFrames: bFrames);
        var sent = Mp4.Packets(path, kind).Select(packet => Mp4.Slices(packet, kind)).ToArray();
        var context = Run(VideoFileSource.Kind, path, isLive: false, "clip_before_s: 1, clip_after_s: 1");
        var saved = Assert.Single(context.LateEvents.Take());
        Assert.EndsWith("clips/cam/cam-0-100-0.mp4", saved.Clip, StringComparison.Ordinal);
        var clip = Path.Combine(_bench.Folder, saved.Clip!);
        var shown = Mp4.Packets(clip, kind).Select(packet => Mp4.Slices(packet, kind)).ToArray();
        var first = Array.IndexOf(sent, shown[0]);
        Assert.InRange(first, 60, 75);
        Assert.InRange(first + shown.Length, 126, 129);
        Assert.Equal(sent[first..(first + shown.Length)], shown);
        Assert.Equal(shown.Length, Mp4.Decode(clip).Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Synthetic_AnEvent_IsShownByEncodedFrames(bool isLive)
    {
        Assert.SkipUnless(H264Encoder.Name is not null, "an encoder is not on this machine");
        var context = Run(SyntheticSource.Kind, "synthetic:64x48*200", isLive, "clip_before_s: 1, clip_after_s: 1");
        var saved = Assert.Single(context.LateEvents.Take());
        var clip = Path.Combine(_bench.Folder, saved.Clip!);
        var times = Mp4.Decode(clip);
        if (!isLive)
        {
            // From a key frame a second before the event or earlier, to a second after it.
            Assert.InRange(saved.Pts, TimeSpan.FromSeconds(0.6), TimeSpan.FromSeconds(3));
            Assert.Equal((TimeSpan.FromSeconds(5) - saved.Pts).TotalSeconds * 25, times.Count - 1, 0.001);
            Assert.Equal((times.Count - 1) * 40, times[^1], 1.0);
        }

        Assert.True(Mp4.Packets(clip)[0].IsKey);
        Assert.NotEmpty(times);
    }

    [Fact]
    public void Open_PacketsMustNotBeShown_FramesAreEncoded()
    {
        Assert.SkipUnless(H264Encoder.Name is not null, "an encoder is not on this machine");
        var ring = new PacketRing(TimeSpan.FromHours(1));
        var context = _bench.Context(packets: ring, output: "clip_before_s: 1, clip_after_s: 1") with { MustReencode = true };
        Play(context, SyntheticSource.Kind, "synthetic:160x120*150");
        Assert.Equal(0, ring.Bytes);
        Assert.NotEmpty(Mp4.Decode(Assert.Single(_bench.Files("clips"))));
    }

    private static StreamSummary Summary { get; } =
        new(StreamEnd.Eof, null, 0, 0, new Dictionary<string, long>(), new Dictionary<string, long>());

    private OutputContext Run(SourceKind kind, string input, bool isLive, string output)
    {
        OutputContext context;
        using (var source = Open(kind, input))
        {
            context = _bench.Context(source.Info with { Id = "cam" }, isLive, output: output);
        }

        Play(context, kind, input);
        return context;
    }

    private void Play(OutputContext context, SourceKind kind, string input)
    {
        using var source = Open(kind, input);
        using var sink = new ClipsOutput().Open(context);
        while (source.Read(default) is { } frame)
        {
            ObjectEvent[] events = frame.Identity.Index == 100 ? [ClipBench.Event(4)] : [];
            sink.Write(frame, new FrameResult(frame.Identity, frame.Pixels.Size, []) { Events = events });
        }

        sink.Complete(Summary);
    }

    private IFrameSource Open(SourceKind kind, string input)
    {
        var context = new SourceContext("cam", _pool, TimeProvider.System);
        return kind.Open(new SourceConfig { Id = "cam", Input = input }, context, 0, default);
    }
}
