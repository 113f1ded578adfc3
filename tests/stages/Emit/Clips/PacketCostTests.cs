using System.Diagnostics;
using System.Globalization;
using Streaming.Config.Run;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;
using Streaming.Stages.Gst;
using Streaming.Stages.Isolation;
using Streaming.Stages.Packets;

namespace Streaming.Stages.Tests.Emit.Clips;

/// <summary>What it costs to keep packets of a camera with 1080p, 25 frames and 4 Mbit a second, for the usual clips.</summary>
[Collection("Shared memory is counted")]
public sealed class PacketCostTests(ITestOutputHelper output)
{
    [Fact]
    [Trait("Category", "Slow")]
    public void Packets_OfACamera_TakeWhatTheirSpanSays()
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "gst-rtsp-server and GStreamer's plugins are not on this machine");
        using var folder = new TempFolder();
        var path = folder.File("camera.mp4");
        using (var pipeline = new GstPipeline(
            "videotestsrc num-buffers=500 pattern=snow ! video/x-raw,width=1920,height=1080,framerate=25/1,format=I420"
            + " ! x264enc speed-preset=ultrafast bitrate=4000 key-int-max=50 ! h264parse ! mp4mux ! filesink name=file"))
        {
            pipeline["file"].Set("location", path);
            pipeline.Play();
            Assert.Null(pipeline.WaitForEnd(TimeSpan.FromMinutes(5)));
        }

        var rate = new FileInfo(path).Length * 8 / 20e6;
        foreach (var ring in new[] { null, new PacketRing(TimeSpan.FromSeconds(10)) })
        {
            using var server = new RtspServer();
            server.AddFile("cam", path);
            var (parent, child, frames, memory) = Watch(server.Url("cam"), ring);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{rate:0.0} Mbit/s, {frames} frames, ring {ring?.Bytes / 1e6:0.00} MB: parent {parent:0} ms, "
                    + $"decoder {child:0} ms of CPU, decoder's memory {memory:0} MB"));
            Assert.True(ring is null || ring.Bytes < 14 * rate / 8 * 1e6);
        }
    }

    private static (double Parent, double Child, long Frames, double Memory) Watch(string url, PacketRing? ring)
    {
        using var pool = new PixelPool();
        var command = new DecoderCommand("dotnet", [Path.Combine(AppContext.BaseDirectory, "test-decoder.dll")]);
        var config = new SourceConfig { Id = "cam", Input = url };
        var context = new SourceContext("cam", pool, TimeProvider.System) { Packets = ring?.Connect() };
        var limit = TimeSpan.FromSeconds(30);
        using var source = IsolatedSource.Open(command, config, context, 0, false, limit, limit, default);
        using var child = Process.GetProcessById(source.ProcessId);
        using var own = Process.GetCurrentProcess();
        var (before, childBefore, frames, memory) = (own.TotalProcessorTime, child.TotalProcessorTime, 0L, 0.0);
        var childAfter = childBefore;
        while (source.Read(default) is { } frame)
        {
            frame.Dispose();
            frames++;
            child.Refresh();
            (childAfter, memory) = child.HasExited ? (childAfter, memory) : (child.TotalProcessorTime, child.WorkingSet64 / 1e6);
        }

        own.Refresh();
        var (parent, decoder) = (own.TotalProcessorTime - before, childAfter - childBefore);
        return (parent.TotalMilliseconds, decoder.TotalMilliseconds, frames, memory);
    }
}
