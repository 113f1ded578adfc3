using Microsoft.Playwright;

namespace Streaming.EndToEnd.Tests;

/// <summary>A clip of a camera is what the camera has sent, begins before its event, and plays in a browser.</summary>
/// <param name="recording">The clip.</param>
public sealed class CameraClipTests(CameraRecording recording) : IClassFixture<CameraRecording>
{
    /// <summary>The file's unit of time, at most.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void Clip_OfACamera_HoldsWhatItSentFromBeforeTheEventOn()
    {
        SkipWithoutCamera();
        var saved = recording.Saved;
        Assert.EndsWith(".mp4", saved.Clip, StringComparison.Ordinal);
        Assert.DoesNotContain(".part", saved.Clip, StringComparison.Ordinal);
        var sent = Mp4.Packets(CameraRecording.Sent).Select(packet => Mp4.Slices(packet)).ToArray();
        var packets = Mp4.Packets(recording.Clip);
        var first = Array.IndexOf(sent, Mp4.Slices(packets[0]));
        Assert.True(packets[0].IsKey);
        Assert.Equal(sent.AsSpan(first, packets.Count).ToArray(), packets.Select(packet => Mp4.Slices(packet)));
        // Whole: another library decodes every frame.
        Assert.Equal(packets.Count, Mp4.Decode(recording.Clip).Count);

        var events = saved.Events.Select(id => recording.Events.Single(line => line.Id == id)).ToArray();
        Assert.NotEmpty(events);
        foreach (var line in events)
        {
            Assert.Equal(("object_appeared", saved.Epoch), (line.Event, line.Epoch));
            Assert.True(line.Pts >= saved.Pts + CameraRecording.Before, $"{line.Pts} is too early for {saved.Pts}");
            // The picture in which it was seen is shown at its time.
            Assert.InRange(Nearest(line.Pts).Distance, TimeSpan.Zero, Tick);
        }

        // The program counts the frames of the stream, also those that it drops: so these are the same pictures.
        var frames = recording.Frames.Where(
            frame => frame.Epoch == saved.Epoch && frame.Pts >= saved.Pts && frame.Pts <= saved.Pts + packets[^1].Pts).ToArray();
        Assert.True(frames.Length > 1);
        Assert.Single(frames.Select(frame => frame.Index - Nearest(frame.Pts).Index).Distinct());
        Assert.All(frames, frame => Assert.InRange(Nearest(frame.Pts).Distance, TimeSpan.Zero, Tick));

        (int Index, TimeSpan Distance) Nearest(TimeSpan pts)
        {
            var distances = packets.Select(packet => (saved.Pts + packet.Pts - pts).Duration());
            return distances.Index().MinBy(packet => packet.Item);
        }
    }

    [Fact]
    public async Task Clip_InABrowser_Plays()
    {
        SkipWithoutCamera();
        Assert.SkipUnless(Browser.IsAvailable, "chromium is not on this machine");
        using var server = new FileServer();
        server.Files["/clip.mp4"] = await File.ReadAllBytesAsync(recording.Clip, TestContext.Current.CancellationToken);
        await using var browser = await Browser.StartAsync();
        var page = await browser.OpenAsync();
        await page.SetContentAsync($"<video muted autoplay src='{server.Root}clip.mp4'></video>");
        await page.WaitForFunctionAsync(
            "() => { const video = document.querySelector('video'); return video.error || video.currentTime > 0.5; }",
            options: new PageWaitForFunctionOptions { Timeout = 60_000 });
        var video = await page.EvalOnSelectorAsync<Video>(
            "video",
            """
            video => ({
                Error: video.error?.message ?? '', Width: video.videoWidth, Height: video.videoHeight, Duration: video.duration,
            })
            """);
        Assert.Equal(("", 640, 360), (video.Error, video.Width, video.Height));
        // The last frame is shown for as long as the one before.
        var packets = Mp4.Packets(recording.Clip);
        Assert.Equal((packets[^1].Pts + packets[^1].Pts - packets[^2].Pts).TotalSeconds, video.Duration, 0.01);
    }

    private static void SkipWithoutCamera()
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "gst-rtsp-server and GStreamer's plugins are not on this machine");
    }

    private sealed record Video
    {
        public string Error { get; init; } = "";

        public int Width { get; init; }

        public int Height { get; init; }

        public double Duration { get; init; }
    }
}
