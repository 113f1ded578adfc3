using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Stages.Cv;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;
using Streaming.Stages.Gst;
using Streaming.Stages.Isolation;

namespace Streaming.Stages.Tests.Decode;

/// <summary>Network streams that are not RTSP: HTTP, HLS, RTMP and UDP, from servers on this machine.</summary>
public sealed class WebStreamTests : IDisposable
{
    private readonly PixelPool _pool = new();

    public void Dispose()
    {
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
    }

    [Theory]
    [InlineData("image/jpeg", ".jpg")]
    [InlineData("image/png", ".png")]
    [InlineData("image/tiff", ".tiff")]
    public void Read_PicturesOverHttp_GivesFramesBesideOpenCv(string contentType, string extension)
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "GStreamer is not on this machine");
        using var folder = new TempFolder();
        var file = TestVideos.WriteImage(folder.File($"picture{extension}"), new ImageSize(48, 64));
        var (expected, size) = Picture.Read(file);
        using var server = new MultipartServer(contentType, File.ReadAllBytes(file));

        using var source = Open(server.Url);
        Assert.Equal((size, contentType), (source.Info.Size, source.Info.Codec));
        for (var i = 0; i < 5; i++)
        {
            using var frame = source.Read(default)!;
            var difference = 0L;
            for (var j = 0; j < expected.Length; j++)
            {
                difference += Math.Abs(expected[j] - frame.Pixels.Span[j]);
            }

            Assert.InRange((double)difference / expected.Length, 0, 4);
        }

        // OpenCV has its own decoders still.
        Assert.Equal(expected, Picture.Read(file).Pixels);
    }

    [Fact]
    public void Open_FileThatIsNotOnTheServer_IsNotFound()
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "GStreamer is not on this machine");
        using var server = new FileServer();
        Assert.Equal(DecodeError.NotFound, Assert.Throws<DecodeException>(() => Open($"{server.Root}clip.mp4?token=abc")).Error);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("rtsp")]
    public void Open_ServerThatRedirectsInACircle_IsGivenUpSoon(string scheme)
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "GStreamer is not on this machine");
        using var server = new RedirectServer();
        var exception = Assert.Throws<DecodeException>(() => Open($"{scheme}://127.0.0.1:{server.Port}/x"));
        Assert.Equal(
            (DecodeError.Refused, $"{scheme}://127.0.0.1:{server.Port}/x: the server redirects again and again."),
            (exception.Error, exception.Message));
        Assert.InRange(server.Requests, 2, 5000);
    }

    [Fact]
    public void Open_ServerThatDrips_LeavesNothingBehind()
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "GStreamer is not on this machine");
        using var server = new DripServer();
        // Other tests have decoders too: this one's is known by how its path is written.
        var path = $"{AppContext.BaseDirectory}././test-decoder.dll";
        var command = new DecoderCommand("dotnet", [path]);
        var config = new SourceConfig { Id = "camera", Input = server.Url, OpenTimeout = TimeSpan.FromSeconds(1) };
        var context = new SourceContext("camera", _pool, TimeProvider.System);
        var sources = new FrameSources(SourceKinds.BuiltIn) { Decoder = command };
        var exception = Assert.Throws<DecodeException>(() => sources.Probe(config, context, default));
        Assert.Equal(DecodeError.Timeout, exception.Error);
        Assert.DoesNotContain(
            Directory.GetDirectories("/proc/self/task"),
            task => Read($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(
                process => Read($"/proc/{process}/cmdline").Contains(path, StringComparison.Ordinal)));

        static string Read(string file)
        {
            try
            {
                return File.ReadAllText(file);
            }
            catch (IOException)
            {
                // The thread or process has ended meanwhile.
                return "";
            }
        }
    }

    [Fact]
    public void Read_Rtmp_GivesFramesAndNamesWhatIsWrong()
    {
        Assert.SkipUnless(
            RtspServer.IsAvailable && RtmpServer.IsAvailable, "GStreamer, or nginx with its RTMP module, is not on this machine");
        using var server = new RtmpServer(Path.Combine(Golden.RepositoryRoot(), "samples"));
        using (var source = Open(server.Url("street.mp4")))
        {
            Assert.Equal(
                (new ImageSize(360, 640), "video/x-h264", "avdec_h264"),
                (source.Info.Size, source.Info.Codec, source.Info.Decoder));
            var last = TimeSpan.FromTicks(-1);
            for (var i = 0; i < 10; i++)
            {
                using var frame = source.Read(default)!;
                Assert.True(frame.Identity.Pts > last);
                last = frame.Identity.Pts;
                Assert.True(frame.Pixels.Span.IndexOfAnyInRange((byte)100, (byte)255) >= 0);
            }
        }

        var missing = Assert.Throws<DecodeException>(() => Open(server.Url("nothing.mp4")));
        Assert.Equal(
            (DecodeError.Connection, $"{server.Url("nothing.mp4")}: the connection broke off."),
            (missing.Error, missing.Message));
        server.Dispose();
        Assert.Equal(DecodeError.Refused, Assert.Throws<DecodeException>(() => Open(server.Url("street.mp4"))).Error);
    }

    [Fact]
    public void Read_Https_TrustsWhomItIsTold()
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "GStreamer is not on this machine");
        using var folder = new TempFolder();
        var video = File.ReadAllBytes(TestVideos.Write(folder.File("clip.mp4"), 20, new ImageSize(48, 64)));
        var (certificate, authority) = TestCertificate.FromAuthority();
        using var server = new TlsFileServer(certificate, video);
        File.WriteAllText(folder.File("authority.pem"), authority.ExportCertificatePem());
        certificate.Dispose();
        authority.Dispose();
        var address = StreamAddress.Parse(new Uri(server.Root, "clip.mp4").AbsoluteUri);

        // First of all: a resumed TLS session shows no certificate again.
        Assert.Equal(
            DecodeError.Tls,
            Assert.Throws<DecodeException>(() => NetworkSource.Open(address, new NetworkOptions(), Context(), default)).Error);
        foreach (var trust in new[] { folder.File("authority.pem"), "any" })
        {
            using var source = NetworkSource.Open(address, new NetworkOptions { Trust = trust }, Context(), default);
            using var frame = source.Read(default)!;
            Assert.Equal(new ImageSize(48, 64), frame.Pixels.Size);
        }
    }

    [Fact]
    public void Read_FileFromAWebServer_GivesItsFramesAndEnds()
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "GStreamer is not on this machine");
        using var folder = new TempFolder();
        using var server = new FileServer();
        server.Files["/clip.mp4"] = File.ReadAllBytes(TestVideos.Write(folder.File("clip.mp4"), 20, new ImageSize(48, 64)));
        using var source = Open(new Uri(server.Root, "clip.mp4").AbsoluteUri);
        Assert.Equal(new ImageSize(48, 64), source.Info.Size);
        var last = -1L;
        while (source.Read(default) is { } frame)
        {
            last = frame.Identity.Index;
            frame.Dispose();
        }

        Assert.Equal(19, last);
    }

    [Fact]
    public void Read_HlsPlaylist_GivesTheFramesOfItsSegments()
    {
        Assert.SkipUnless(
            RtspServer.IsAvailable && GStreamer.Has("hlssink2"), "GStreamer's HLS elements are not on this machine");
        using var folder = new TempFolder();
        using (var writer = new GstPipeline(
            "videotestsrc num-buffers=60 ! video/x-raw,width=160,height=120,framerate=25/1 ! x264enc key-int-max=25 ! h264parse"
            + " ! hlssink2 name=hls target-duration=1 playlist-length=0 max-files=0"))
        {
            writer["hls"].Set("location", folder.File("part%d.ts"));
            writer["hls"].Set("playlist-location", folder.File("list.m3u8"));
            writer.Play();
            Assert.Null(writer.WaitForEnd(TimeSpan.FromSeconds(30)));
        }

        using var server = new FileServer();
        foreach (var file in Directory.GetFiles(folder.Path))
        {
            server.Files[$"/{Path.GetFileName(file)}"] = File.ReadAllBytes(file);
        }

        using var source = Open(new Uri(server.Root, "list.m3u8").AbsoluteUri);
        var last = -1L;
        while (source.Read(default) is { } frame)
        {
            Assert.Equal(new ImageSize(120, 160), frame.Pixels.Size);
            last = frame.Identity.Index;
            frame.Dispose();
        }

        Assert.Equal(59, last);
    }

    [Fact]
    public void Read_TransportStreamOverUdp_GivesFrames()
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "GStreamer is not on this machine");
        int port;
        using (var probe = new System.Net.Sockets.UdpClient(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0)))
        {
            port = ((System.Net.IPEndPoint)probe.Client.LocalEndPoint!).Port;
        }

        using var sender = new GstPipeline(
            "videotestsrc is-live=true ! video/x-raw,width=160,height=120,framerate=25/1"
            + $" ! x264enc tune=zerolatency key-int-max=10 ! mpegtsmux ! udpsink host=127.0.0.1 port={port}");
        sender.Play();
        using var source = Open($"udp://127.0.0.1:{port}");
        for (var i = 0; i < 5; i++)
        {
            using var frame = source.Read(default)!;
            Assert.Equal(new ImageSize(120, 160), frame.Pixels.Size);
        }
    }

    private NetworkSource Open(string url)
    {
        return NetworkSource.Open(StreamAddress.Parse(url), new NetworkOptions(), Context(), default);
    }

    private SourceContext Context()
    {
        return new SourceContext("camera", _pool, TimeProvider.System);
    }
}
