using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;

namespace Streaming.EndToEnd.Tests;

/// <summary>A newcomer's walk through the live page, in a real browser, with the demo model on a drawn street.</summary>
public sealed class LivePageTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _address = $"http://127.0.0.1:{Ports.Free()}";

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task Newcomer_AddsTheStreet_DrawsAZone_SeesWhatHappens_AndFindsAllOfItAgain()
    {
        Assert.SkipUnless(Browser.IsAvailable, "chromium is not on this machine");
        await using var browser = await Browser.StartAsync();
        var page = await browser.OpenAsync();
        page.SetDefaultTimeout(120_000);
        var errors = new List<string>();
        page.PageError += (_, error) => errors.Add(error);
        using (var process = await StartAsync())
        {
            await page.GotoAsync(_address);
            await page.GetByRole(AriaRole.Button, new() { Name = "Watch the sample street" }).ClickAsync();
            await DrawnAsync(page);
            // The picture is not black, and the road has cars.
            Assert.True(await page.Locator("canvas[data-source='street']").First.IsVisibleAsync());

            await page.GotoAsync($"{_address}/camera/street");
            await DrawnAsync(page);
            await DrawZoneAsync(page);
            await UntilAsync(page, "sources/street/counts", counts => Entered(counts) > 0);

            await page.GotoAsync($"{_address}/events?event=zone_entered");
            var picture = page.Locator(".event img").First;
            await picture.WaitForAsync();
            await page.WaitForFunctionAsync("() => document.querySelector('.event img').naturalWidth > 0");
            await PlayClipAsync(page);
            await StopAsync(process);
        }

        using (var process = await StartAsync())
        {
            await page.GotoAsync($"{_address}/camera/street");
            await DrawnAsync(page);
            var settings = await AskAsync(page, "sources/street/settings");
            Assert.Equal("zone 1", settings.GetProperty("settings").GetProperty("zones")[0].GetProperty("name").GetString());
            var events = await AskAsync(page, "events?event=zone_entered");
            Assert.NotEqual(0, events.GetProperty("events").GetArrayLength());
            await StopAsync(process);
        }

        Assert.Empty(errors);
    }

    private async Task<Process> StartAsync()
    {
        var samples = Path.Combine(Golden.RepositoryRoot(), "samples");
        var process = CommandLine.Start(
            [], "serve", _folder.File("streaming.yaml"), "--http", new Uri(_address).Authority, "--output", _folder.File("out"),
            "--config", Path.Combine(samples, "demo.yaml"), "--weights", Path.Combine(samples, "demo.safetensors"));
        var log = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        using var http = new HttpClient();
        await process.ExpectAsync(log, () => IsThereAsync(http).GetAwaiter().GetResult());
        return process;
    }

    private async Task<bool> IsThereAsync(HttpClient http)
    {
        try
        {
            return (await http.GetAsync($"{_address}/healthz/startup")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task StopAsync(Process process)
    {
        await process.SignalAsync("TERM");
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Waits until the page has drawn a picture with what was found in it.</summary>
    private static async Task DrawnAsync(IPage page)
    {
        await page.EvaluateAsync("() => new Promise(done => document.addEventListener('drawn', done, { once: true }))");
    }

    /// <summary>A zone over the whole road.</summary>
    private static async Task DrawZoneAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Zones and lines" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Draw: zone" }).ClickAsync();
        var stage = (await page.Locator(".stage.editing").BoundingBoxAsync())!;
        (float X, float Y)[] corners = [(0.05f, 0.45f), (0.95f, 0.45f), (0.95f, 0.95f), (0.05f, 0.95f), (0.05f, 0.45f)];
        foreach (var (x, y) in corners)
        {
            await page.Mouse.ClickAsync(stage.X + (x * stage.Width), stage.Y + (y * stage.Height));
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Zones and lines" }).WaitForAsync();
    }

    /// <summary>Of an event that has one: clips come some seconds after their events.</summary>
    private static async Task PlayClipAsync(IPage page)
    {
        await UntilAsync(page, "events?event=object_appeared", answer => Clips(answer).Any());
        var clip = Clips(await AskAsync(page, "events?event=object_appeared")).First();
        await page.EvaluateAsync(
            "url => { const video = document.createElement('video'); video.id = 'walk'; video.muted = true; video.src = url; "
                + "document.body.append(video); return video.play(); }",
            clip);
        await page.WaitForFunctionAsync("() => document.getElementById('walk').currentTime > 0.5");
    }

    private static IEnumerable<string> Clips(JsonElement answer)
    {
        return answer.GetProperty("events").EnumerateArray()
            .Select(item => item.GetProperty("clip_url").GetString())
            .OfType<string>();
    }

    private static long Entered(JsonElement counts)
    {
        return counts.GetProperty("zones").EnumerateArray()
            .SelectMany(zone => zone.GetProperty("entered").EnumerateObject())
            .Sum(item => item.Value.GetInt64());
    }

    private static async Task UntilAsync(IPage page, string path, Func<JsonElement, bool> isSo)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        var started = TimeProvider.System.GetTimestamp();
        while (!isSo(await AskAsync(page, path)))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(2), $"{path}: never came to that.");
            await timer.WaitForNextTickAsync();
        }
    }

    private static async Task<JsonElement> AskAsync(IPage page, string path)
    {
        var text = await page.EvaluateAsync<string>("path => fetch(`/api/v1/${path}`).then(answer => answer.text())", path);
        return JsonDocument.Parse(text).RootElement;
    }
}
