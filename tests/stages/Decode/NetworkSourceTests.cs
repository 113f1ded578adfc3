using Microsoft.Extensions.Logging;
using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Stages.Cv;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;
using Streaming.Stages.Gst;

namespace Streaming.Stages.Tests.Decode;

/// <summary>Cameras from a real RTSP server in this process.</summary>
public sealed class NetworkSourceTests : IDisposable
{
    private readonly PixelPool _pool = new();

    public void Dispose()
    {
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
    }

    [Fact]
    public void Read_TwoCameras_GiveFramesOfTheirSizesInOrder()
    {
        using var server = StartServer();
        server.Add("a", 320, 240, 25);
        server.Add("b", 162, 120, 10);
        using var a = Open(server.Url("a"));
        using var b = Open(server.Url("b"));
        foreach (var (source, size) in new[] { (a, new ImageSize(240, 320)), (b, new ImageSize(120, 162)) })
        {
            Assert.Equal(size, source.Info.Size);
            Assert.Equal(("video/x-h264", "avdec_h264"), (source.Info.Codec, source.Info.Decoder));
            var (last, index) = (TimeSpan.FromTicks(-1), -1L);
            for (var i = 0; i < 10; i++)
            {
                using var frame = source.Read(default)!;
                Assert.Equal((size, PtsOrigin.Container), (frame.Pixels.Size, frame.Identity.PtsOrigin));
                Assert.True(frame.Identity.Pts > last && frame.Identity.Index > index);
                (last, index) = (frame.Identity.Pts, frame.Identity.Index);

                // The test picture is a white ball on black.
                Assert.True(frame.Pixels.Span.IndexOfAnyInRange((byte)200, (byte)255) >= 0);
                Assert.True(frame.Pixels.Span.IndexOfAnyInRange((byte)0, (byte)30) >= 0);
            }
        }
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
    public void Read_MotionJpegOverRtsp_GivesFramesBesideOpenCv()
    {
        using var server = StartServer();
        server.AddMotionJpeg("a", 160, 120, 25);
        Assert.Null(OpenCv.MissingLibrary);
        using var source = Open(server.Url("a"));
        Assert.Equal((new ImageSize(120, 160), "image/jpeg"), (source.Info.Size, source.Info.Codec));
        for (var i = 0; i < 5; i++)
        {
            using var frame = source.Read(default)!;
            Assert.True(frame.Pixels.Span.IndexOfAnyInRange((byte)200, (byte)255) >= 0);
        }
    }

    [Fact]
    public void Open_WithPassword_SucceedsAndShowsItNowhere()
    {
        using var server = StartServer();
        server.Add("secret", 160, 120, 25, "joe", "p@ss word");
        using var source = Open(server.Url("secret").Replace("rtsp://", "rtsp://joe:p@ss%20word@", StringComparison.Ordinal));
        using var frame = source.Read(default)!;
        Assert.Equal(server.Url("secret"), source.Info.Location);
    }

    [Theory]
    [InlineData("")]
    [InlineData("joe:wrong-secret@")]
    public void Open_WrongPassword_IsAnAuthenticationErrorThatDoesNotShowIt(string credentials)
    {
        using var server = StartServer();
        server.Add("secret", 160, 120, 25, "joe", "right");
        var exception = Assert.Throws<DecodeException>(() => Open(server.Url("secret").Replace("rtsp://", $"rtsp://{credentials}", StringComparison.Ordinal)));
        Assert.Equal((DecodeError.Authentication, $"{server.Url("secret")}: user or password are wrong or missing."), (exception.Error, exception.Message));
    }

    [Fact]
    public void Open_WrongMount_IsNotFound()
    {
        using var server = StartServer();
        var exception = Assert.Throws<DecodeException>(() => Open(server.Url("nothing")));
        Assert.Equal(DecodeError.NotFound, exception.Error);
    }

    [Theory]
    [InlineData("rtsp")]
    [InlineData("http")]
    [InlineData("https")]
    public void Open_NobodyListens_IsRefused(string scheme)
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "gst-rtsp-server and GStreamer's plugins are not on this machine");
        var address = $"{scheme}://127.0.0.1:{Ports.Free()}/gone";
        var exception = Assert.Throws<DecodeException>(() => Open(address));
        Assert.Equal(
            (DecodeError.Refused, $"{address}: nobody answers there, or the connection is turned down."),
            (exception.Error, exception.Message));
    }

    [Theory]
    [InlineData("rtsp")]
    [InlineData("http")]
    [InlineData("https")]
    [InlineData("rtmp")]
    public void Open_UnknownHost_SaysSo(string scheme)
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "gst-rtsp-server and GStreamer's plugins are not on this machine");
        var address = $"{scheme}://camera.invalid/live/stream";
        var exception = Assert.Throws<DecodeException>(() => Open(address));
        Assert.Equal(
            (DecodeError.NotFound, $"{address}: the host name 'camera.invalid' cannot be resolved."),
            (exception.Error, exception.Message));
    }

    [Fact]
    public void Open_FileThatIsNotOnTheServer_IsNotFound()
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "GStreamer is not on this machine");
        using var server = new FileServer();
        Assert.Equal(DecodeError.NotFound, Assert.Throws<DecodeException>(() => Open($"{server.Root}clip.mp4?token=abc")).Error);
    }

    [Fact]
    public void Open_FramesLargerThanAllowed_IsRefused()
    {
        using var server = StartServer();
        server.Add("a", 320, 240, 25);
        var context = Context() with { Limit = new PixelLimit(0.07) };
        var exception = Assert.Throws<DecodeException>(
            () => NetworkSource.Open(StreamAddress.Parse(server.Url("a")), new NetworkOptions(), context, default));
        Assert.Equal(
            $"{server.Url("a")}: 320x240 are 0.077 megapixels; at most 0.07 are allowed (max_megapixels).", exception.Message);
    }

    [Fact]
    public void Read_ServerEnds_EndsTheStreamInsteadOfHanging()
    {
        var server = StartServer();
        server.Add("a", 160, 120, 25);
        using var source = Open(server.Url("a"));
        source.Read(default)!.Dispose();
        server.Dispose();
        var ended = false;
        for (var i = 0; i < 1000 && !ended; i++)
        {
            try
            {
                var frame = source.Read(default);
                frame?.Dispose();
                ended = frame is null;
            }
            catch (DecodeException)
            {
                ended = true;
            }
        }

        Assert.True(ended);
    }

    [Fact]
    public void Reconnecting_ServerKilledAndRestarted_GoesOnInANewEpoch()
    {
        var first = StartServer();
        first.Add("a", 160, 120, 25);
        var (url, port) = (first.Url("a"), first.Port);
        var happened = new List<SourceEvent>();
        var options = new ReconnectOptions { Delay = TimeSpan.FromMilliseconds(20), MaxDelay = TimeSpan.FromMilliseconds(100) };
        using var source = ReconnectingSource.Open(
            token => NetworkSource.Open(StreamAddress.Parse(url), new NetworkOptions { OpenTimeout = TimeSpan.FromSeconds(5) }, Context(), token),
            options,
            Context(happened.Add),
            default);
        using (var frame = source.Read(default)!)
        {
            Assert.Equal(0, frame.Identity.Epoch);
        }

        first.Dispose();
        using var second = new RtspServer(port);
        second.Add("a", 320, 240, 25);
        var (epoch, size) = (0, default(ImageSize));
        for (var i = 0; i < 200 && epoch == 0; i++)
        {
            // What the first connection had still decoded comes first.
            using var frame = source.Read(default)!;
            (epoch, size) = (frame.Identity.Epoch, frame.Pixels.Size);
        }

        Assert.InRange(epoch, 1, 100);
        Assert.Equal((SourceEventKind.Disconnected, 1), (happened[0].Kind, happened[0].Epoch));
        Assert.Contains(happened, e => e.Kind == SourceEventKind.Reconnected && e.Epoch == epoch);
        Assert.Equal(new ImageSize(240, 320), size);
    }

    [Fact]
    public void Reconnecting_WrongPassword_TriesAgainSlowlyAndGivesUpWhenTold()
    {
        using var cancellation = new CancellationTokenSource();
        var delays = new List<string>();
        var logger = new ListLogger(message =>
        {
            delays.Add(message);
            cancellation.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => ReconnectingSource.Open(
            _ => throw new DecodeException(DecodeError.Authentication, "rtsp://cam/: user or password are wrong or missing."),
            new ReconnectOptions(),
            Context() with { Logger = logger },
            cancellation.Token));
        Assert.Equal(["camera: rtsp://cam/: user or password are wrong or missing. Next try in 30 s"], delays);
    }

    [Fact]
    public void Read_Rtmp_GivesFramesAndNamesWhatIsWrong()
    {
        Assert.SkipUnless(RtspServer.IsAvailable && RtmpServer.IsAvailable, "GStreamer, or nginx with its RTMP module, is not on this machine");
        using var server = new RtmpServer(Path.Combine(Golden.RepositoryRoot(), "samples"));
        using (var source = Open(server.Url("street.mp4")))
        {
            Assert.Equal((new ImageSize(360, 640), "video/x-h264", "avdec_h264"), (source.Info.Size, source.Info.Codec, source.Info.Decoder));
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
        Assert.Equal((DecodeError.Connection, $"{server.Url("nothing.mp4")}: the connection broke off."), (missing.Error, missing.Message));
        server.Dispose();
        Assert.Equal(DecodeError.Refused, Assert.Throws<DecodeException>(() => Open(server.Url("street.mp4"))).Error);
    }

    [Fact]
    public void Read_Rtsps_TrustsWhomItIsTold()
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "gst-rtsp-server and GStreamer's plugins are not on this machine");
        using var folder = new TempFolder();
        using var own = TestCertificate.OwnOfCamera();
        using var stranger = TestCertificate.OwnOfCamera();
        using var camera = new RtspServer(certificate: TestCertificate.ToPem(own));
        camera.Add("a", 160, 120, 25, "joe", "right");
        var (certificate, authority) = TestCertificate.FromAuthority();
        using var company = new RtspServer(certificate: TestCertificate.ToPem(certificate));
        company.Add("a", 160, 120, 25, "joe", "right");
        string[] files = [folder.File("own.pem"), folder.File("stranger.pem"), folder.File("authority.pem"), folder.File("both.pem")];
        File.WriteAllText(files[0], own.ExportCertificatePem());
        File.WriteAllText(files[1], stranger.ExportCertificatePem());
        File.WriteAllText(files[2], authority.ExportCertificatePem());
        File.WriteAllText(files[3], $"{authority.ExportCertificatePem()}\n{own.ExportCertificatePem()}\n");
        certificate.Dispose();
        authority.Dispose();

        foreach (var (server, trust) in new[] { (camera, files[0]), (camera, files[3]), (camera, "any"), (company, files[2]), (company, files[3]), (company, "any") })
        {
            using var source = NetworkSource.Open(Address(server, "right"), new NetworkOptions { Trust = trust }, Context(), default);
            using var frame = source.Read(default)!;
            Assert.Equal(new ImageSize(120, 160), frame.Pixels.Size);
        }

        foreach (var (server, trust) in new[] { (camera, null), (camera, files[1]), (camera, files[2]), (company, null), (company, files[0]) })
        {
            var exception = Assert.Throws<DecodeException>(() => NetworkSource.Open(Address(server, "right"), new NetworkOptions { Trust = trust }, Context(), default));
            Assert.Equal((DecodeError.Tls, $"{server.Url("a")}: the encrypted connection cannot be set up: its certificate or protocol is not accepted ('trust' takes a camera's own certificate)."), (exception.Error, exception.Message));
        }

        var wrong = Assert.Throws<DecodeException>(() => NetworkSource.Open(Address(camera, "wrong"), new NetworkOptions { Trust = files[0] }, Context(), default));
        Assert.Equal(DecodeError.Authentication, wrong.Error);

        static StreamAddress Address(RtspServer server, string password)
        {
            return StreamAddress.Parse(server.Url("a")).With("joe", password);
        }
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
        Assert.Equal(DecodeError.Tls, Assert.Throws<DecodeException>(() => NetworkSource.Open(address, new NetworkOptions(), Context(), default)).Error);
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
        Assert.SkipUnless(RtspServer.IsAvailable && GStreamer.Has("hlssink2"), "GStreamer's HLS elements are not on this machine");
        using var folder = new TempFolder();
        using (var writer = new GstPipeline("videotestsrc num-buffers=60 ! video/x-raw,width=160,height=120,framerate=25/1 ! x264enc key-int-max=25 ! h264parse ! hlssink2 name=hls target-duration=1 playlist-length=0 max-files=0"))
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
            $"videotestsrc is-live=true ! video/x-raw,width=160,height=120,framerate=25/1 ! x264enc tune=zerolatency key-int-max=10 ! mpegtsmux ! udpsink host=127.0.0.1 port={port}");
        sender.Play();
        using var source = Open($"udp://127.0.0.1:{port}");
        for (var i = 0; i < 5; i++)
        {
            using var frame = source.Read(default)!;
            Assert.Equal(new ImageSize(120, 160), frame.Pixels.Size);
        }
    }

    [Fact]
    public void Read_RtspOverUdp_GivesFrames()
    {
        using var server = StartServer();
        server.Add("a", 160, 120, 25);
        using var source = NetworkSource.Open(StreamAddress.Parse(server.Url("a")), new NetworkOptions { Transport = Transport.Udp }, Context(), default);
        using var frame = source.Read(default)!;
        Assert.Equal(new ImageSize(120, 160), frame.Pixels.Size);
    }

    [Fact]
    public void Read_Cancelled_StopsAtOnce()
    {
        using var server = StartServer();
        server.Add("slow", 160, 120, 1);
        using var source = Open(server.Url("slow"));
        using var cancellation = new CancellationTokenSource();
        source.Read(default)!.Dispose();
        cancellation.Cancel();
        Assert.Throws<OperationCanceledException>(() => source.Read(cancellation.Token));
    }

    [Fact]
    public void Open_PasswordWhereNoneCanBe_IsRefusedInsteadOfIgnoringIt()
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "GStreamer is not on this machine");
        var exception = Assert.Throws<DecodeException>(() => Open("rtmp://joe:secret@127.0.0.1/x"));
        Assert.Equal("rtmp://127.0.0.1/x: user and password are supported for rtsp, rtsps, http and https only.", exception.Message);
    }

    private sealed class ListLogger(Action<string> log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            return null;
        }

        public bool IsEnabled(LogLevel logLevel)
        {
            return true;
        }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            log(formatter(state, exception));
        }
    }

    private static RtspServer StartServer()
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "gst-rtsp-server and GStreamer's plugins are not on this machine");
        return new RtspServer();
    }

    private NetworkSource Open(string url)
    {
        return NetworkSource.Open(StreamAddress.Parse(url), new NetworkOptions(), Context(), default);
    }

    private SourceContext Context(Action<SourceEvent>? report = null)
    {
        return new SourceContext("camera", _pool, TimeProvider.System) { Report = report ?? (_ => { }) };
    }
}
