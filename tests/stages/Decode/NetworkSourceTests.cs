using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Stages.Cv;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

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
        var exception = Assert.Throws<DecodeException>(
            () => Open(server.Url("secret").Replace("rtsp://", $"rtsp://{credentials}", StringComparison.Ordinal)));
        Assert.Equal(
            (DecodeError.Authentication, $"{server.Url("secret")}: user or password are wrong or missing."),
            (exception.Error, exception.Message));
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
            (DecodeError.NotFound, $"{address}: the host name cannot be resolved."),
            (exception.Error, exception.Message));
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
        string[] files = [.. new[] { "own", "stranger", "authority", "both" }.Select(name => folder.File($"{name}.pem"))];
        File.WriteAllText(files[0], own.ExportCertificatePem());
        File.WriteAllText(files[1], stranger.ExportCertificatePem());
        File.WriteAllText(files[2], authority.ExportCertificatePem());
        File.WriteAllText(files[3], $"{authority.ExportCertificatePem()}\n{own.ExportCertificatePem()}\n");
        certificate.Dispose();
        authority.Dispose();

        (RtspServer, string)[] trusted =
            [(camera, files[0]), (camera, files[3]), (camera, "any"), (company, files[2]), (company, files[3]), (company, "any")];
        foreach (var (server, trust) in trusted)
        {
            var options = new NetworkOptions { Trust = trust };
            using var source = NetworkSource.Open(Address(server, "right"), options, Context(), default);
            using var frame = source.Read(default)!;
            Assert.Equal(new ImageSize(120, 160), frame.Pixels.Size);
        }

        (RtspServer, string?)[] refused =
            [(camera, null), (camera, files[1]), (camera, files[2]), (company, null), (company, files[0])];
        foreach (var (server, trust) in refused)
        {
            var exception = Assert.Throws<DecodeException>(
                () => NetworkSource.Open(Address(server, "right"), new NetworkOptions { Trust = trust }, Context(), default));
            var message = $"{server.Url("a")}: the encrypted connection cannot be set up: "
                + "its certificate or protocol is not accepted ('trust' takes a camera's own certificate).";
            Assert.Equal((DecodeError.Tls, message), (exception.Error, exception.Message));
        }

        var wrong = Assert.Throws<DecodeException>(
            () => NetworkSource.Open(Address(camera, "wrong"), new NetworkOptions { Trust = files[0] }, Context(), default));
        Assert.Equal(DecodeError.Authentication, wrong.Error);

        static StreamAddress Address(RtspServer server, string password)
        {
            return StreamAddress.Parse(server.Url("a")).With("joe", password);
        }
    }

    [Fact]
    public void Read_RtspOverUdp_GivesFrames()
    {
        using var server = StartServer();
        server.Add("a", 160, 120, 25);
        var options = new NetworkOptions { Transport = Transport.Udp };
        using var source = NetworkSource.Open(StreamAddress.Parse(server.Url("a")), options, Context(), default);
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
        Assert.Equal(
            "rtmp://127.0.0.1/x: user and password are supported for rtsp, rtsps, http and https only.", exception.Message);
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

    private SourceContext Context()
    {
        return new SourceContext("camera", _pool, TimeProvider.System);
    }
}
