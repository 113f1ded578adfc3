using System.Net;
using System.Text.Json;
using Streaming.Server.Events;

namespace Streaming.Server.Tests.Events;

/// <summary>/api/v1/events/stream.</summary>
public sealed class EventStreamTests : IAsyncLifetime
{
    private readonly EventFolder _folder = new();
    private EventFeed _feed = null!;
    private EndpointHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _feed = new EventFeed(_folder.Index, _folder.Time);
        _host = await EndpointHost.StartAsync(new EventStreamEndpoint(_feed, _folder.Path));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _feed.DisposeAsync();
        await _folder.DisposeAsync();
    }

    [Fact]
    public async Task Stream_EventsThatHappen_AreToldToAll()
    {
        _folder.Append("yard.events.jsonl", EventFolder.Line(1));
        using var first = await OpenAsync();
        using var second = await OpenAsync();
        foreach (var reader in new[] { first, second })
        {
            // A heartbeat says that it has begun: what is there already is no news.
            Assert.Equal([":"], await NextAsync(reader));
        }

        for (var i = 2; i < 5; i++)
        {
            _folder.Append("yard.events.jsonl", EventFolder.Line(i), EventFolder.Line(10 * i));
            foreach (var reader in new[] { first, second })
            {
                await AssertTellsAsync(reader, i);
                await AssertTellsAsync(reader, 10 * i);
            }
        }
    }

    [Fact]
    public async Task Stream_ClientComesBack_MissesNothing()
    {
        _folder.Append("yard.events.jsonl", Enumerable.Range(0, 5).Select(i => EventFolder.Line(i)));
        await _folder.UpdateAsync();
        // More than is told at once.
        _folder.Append("door.events.jsonl", Enumerable.Range(100, 250).Select(i => EventFolder.Line(i, source: "door")));
        using var reader = await OpenAsync("yard-0-2-0");
        foreach (var number in new[] { 3, 4 }.Concat(Enumerable.Range(100, 250)))
        {
            await AssertTellsAsync(reader, number, number < 100 ? "yard" : "door");
        }

        _folder.Append("yard.events.jsonl", EventFolder.Line(5));
        await AssertTellsAsync(reader, 5);
    }

    [Fact]
    public async Task Stream_LastEventIsNotKnown_BeginsNow()
    {
        _folder.Append("yard.events.jsonl", EventFolder.Line(1));
        using var reader = await OpenAsync("\" OR yard");
        Assert.Equal([":"], await NextAsync(reader));
        _folder.Append("yard.events.jsonl", EventFolder.Line(2));
        await AssertTellsAsync(reader, 2);
    }

    [Fact]
    public async Task Stream_NameWithLineFeed_BeginsNoFieldOfItsOwn()
    {
        using var reader = await OpenAsync();
        Assert.Equal([":"], await NextAsync(reader));
        _folder.Append("yard.events.jsonl", EventFolder.Line(1, source: "a\ndata: b"));
        var message = await NextEventAsync(reader);
        const string Data = """data: {"type":"event","run_id":"r1","source_id":"a\ndata: b",""";
        Assert.StartsWith(Data, Assert.Single(message), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_TooManyClients_AreToldToComeLater()
    {
        var listeners = Enumerable.Range(0, EventFeed.MaxListeners).Select(_ => _feed.TryListen(null)!).ToList();
        using (var answer = await _host.Http.GetAsync("/api/v1/events/stream", HttpCompletionOption.ResponseHeadersRead))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(10), answer.Headers.RetryAfter!.Delta);
            Assert.Contains("64 clients", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        listeners[0].Dispose();
        listeners[0].Dispose();
        using (await OpenAsync())
        {
            Assert.Null(_feed.TryListen(null));
        }

        listeners.ForEach(listener => listener.Dispose());
    }

    [Fact]
    public async Task Stream_LastClientLeaves_NobodyLooksAtFiles()
    {
        Assert.True(_feed.Looking.IsCompleted);
        using (await OpenAsync())
        {
            Assert.False(_feed.Looking.IsCompleted);
        }

        await _folder.PumpAsync(EndAsync(_feed.Looking));
        Assert.Equal(0, _feed.Listeners);
        using var reader = await OpenAsync();
        Assert.False(_feed.Looking.IsCompleted);
    }

    private static async Task<bool> EndAsync(Task task)
    {
        await task;
        return true;
    }

    private async Task<StreamReader> OpenAsync(string? last = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events/stream");
        if (last is not null)
        {
            request.Headers.Add("Last-Event-ID", last);
        }

        var answer = await _host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Assert.Equal([":"], await NextAsync(reader));
        return reader;
    }

    private async Task AssertTellsAsync(StreamReader reader, int number, string source = "yard")
    {
        var message = await NextEventAsync(reader);
        Assert.Equal($"id: {source}-0-{number}-0", message[0]);
        Assert.StartsWith("data: ", message[1], StringComparison.Ordinal);
        using var json = JsonDocument.Parse(message[1][6..]);
        Assert.Equal(number, EventFolder.NumberOf(json.RootElement.GetRawText()));
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("clip_url").ValueKind);
    }

    private async Task<List<string>> NextEventAsync(StreamReader reader)
    {
        while (true)
        {
            if (await NextAsync(reader) is not [":"] and var message)
            {
                return message;
            }
        }
    }

    /// <summary>The lines up to the next empty one; time passes meanwhile.</summary>
    private async Task<List<string>> NextAsync(StreamReader reader)
    {
        List<string> lines = [];
        while (true)
        {
            var line = await _folder.PumpAsync(reader.ReadLineAsync());
            if (string.IsNullOrEmpty(line))
            {
                return lines;
            }

            lines.Add(line);
        }
    }
}
