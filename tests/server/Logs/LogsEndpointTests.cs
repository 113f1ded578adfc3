using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Streaming.Server.Logs;

namespace Streaming.Server.Tests.Logs;

/// <summary>The log of the last hour over HTTP.</summary>
public sealed class LogsEndpointTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
    private readonly History _history = new();
    private EndpointHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await EndpointHost.StartAsync(new LogsEndpoint(_history, _time));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Logs_SinceACursor_AreThoseAfterIt()
    {
        Add("one");
        Add("two");
        var (first, next) = await ReadAsync("");
        Assert.Equal(["one", "two"], first);
        Assert.Equal((Array.Empty<string>(), next), await ReadAsync($"?since={next}"));
        Add("three");
        Assert.Equal(["three"], (await ReadAsync($"?since={next}")).Lines);
    }

    [Fact]
    public async Task Logs_LineOfAnHourAgo_IsNotTold()
    {
        Add("old");
        _time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        Add("new");
        Assert.Equal(["new"], (await ReadAsync("")).Lines);
    }

    [Fact]
    public async Task Logs_CursorOfAnEarlierStart_TellsAll()
    {
        Add("one");
        Assert.Equal(["one"], (await ReadAsync("?since=1-900")).Lines);
    }

    [Fact]
    public async Task Logs_Line_HasTimeLevelAndCategory()
    {
        Add("<script>");
        var text = await _host.Http.GetStringAsync("/api/v1/logs");
        Assert.StartsWith(
            """{"lines":[{"at":"2026-01-31T12:00:00Z","level":"info","category":"run","message":"\u003Cscript\u003E"}]""", text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("1-x")]
    [InlineData("")]
    [InlineData("1--2")]
    [InlineData("99999999999999999999-1")]
    public async Task Logs_NoCursor_IsAProblem(string cursor)
    {
        var answer = await _host.Http.GetAsync($"/api/v1/logs?since={cursor}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.ToString());
    }

    private void Add(string message)
    {
        _history.Lines.Add(new LoggedLine(_history.Lines.Count + 1, _time.GetUtcNow(), "info", "run", message));
    }

    private async Task<(string[] Lines, string Next)> ReadAsync(string query)
    {
        using var json = JsonDocument.Parse(await _host.Http.GetStringAsync($"/api/v1/logs{query}"));
        var root = json.RootElement;
        return (
            [.. root.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("message").GetString()!)],
            root.GetProperty("next").GetString()!);
    }

    private sealed class History : ILogHistory
    {
        public List<LoggedLine> Lines { get; } = [];

        public IReadOnlyList<LoggedLine> Read(long after, DateTimeOffset from)
        {
            return [.. Lines.Where(line => line.Number > after && line.At >= from)];
        }
    }
}
