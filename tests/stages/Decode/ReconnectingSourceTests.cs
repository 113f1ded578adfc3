using Microsoft.Extensions.Logging;
using Streaming.Model.Structures;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Tests.Decode;

/// <summary>Sources that come back, against a real RTSP server.</summary>
public sealed class ReconnectingSourceTests : IDisposable
{
    private readonly PixelPool _pool = new();

    public void Dispose()
    {
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
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
            token => NetworkSource.Open(
                StreamAddress.Parse(url), new NetworkOptions { OpenTimeout = TimeSpan.FromSeconds(5) }, Context(), token),
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
        SourceEvent? happened = null;
        Assert.ThrowsAny<OperationCanceledException>(() => ReconnectingSource.Open(
            _ => throw new DecodeException(DecodeError.Authentication, "rtsp://cam/: user or password are wrong or missing."),
            new ReconnectOptions(),
            Context(told => happened = told) with { Logger = logger },
            cancellation.Token));
        Assert.Equal(TimeSpan.FromSeconds(30), happened!.NextTryAt - happened.At);
        Assert.Equal(["camera: rtsp://cam/: user or password are wrong or missing. Next try in 30 s"], delays);
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

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            log(formatter(state, exception));
        }
    }

    private static RtspServer StartServer()
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "gst-rtsp-server and GStreamer's plugins are not on this machine");
        return new RtspServer();
    }

    private SourceContext Context(Action<SourceEvent>? report = null)
    {
        return new SourceContext("camera", _pool, TimeProvider.System) { Report = report ?? (_ => { }) };
    }
}
