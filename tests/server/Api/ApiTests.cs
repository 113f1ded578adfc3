using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Streaming.Config;
using Streaming.Config.Zoo;
using Streaming.Pipeline;
using Streaming.Server.Api;
using Streaming.Server.Control;
using Streaming.Server.Health;

namespace Streaming.Server.Tests.Api;

/// <summary>Sources and the run file over HTTP: what is asked of the run, and how it is answered.</summary>
public sealed class ApiTests : IAsyncLifetime
{
    private readonly FakeControl _control = new();
    private readonly PipelineHealth _health = new(new FakeTimeProvider());
    private readonly FakeDetector _detector = new();
    private readonly VideoPipeline _pipeline;
    private WebServer _server = null!;
    private HttpClient _client = null!;

    public ApiTests()
    {
        _pipeline = new VideoPipeline([_detector], [new Category(1, "person")], new PipelineOptions());
        _health.Started(_pipeline, () => [new IdleSource("p", IdleSource.Paused, "rtsp://…@cam/1")]);
    }

    public async ValueTask InitializeAsync()
    {
        var options = new WebServerOptions(
            new IPEndPoint(IPAddress.Loopback, 0),
            [new SourcesEndpoint(_health, _control), new SettingsEndpoint(_control), new RunFileEndpoint(_control)]);
        _server = await WebServer.StartAsync(options, NullLogger.Instance);
        _client = new HttpClient { BaseAddress = new Uri(_server.Address) };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await _pipeline.DisposeAsync();
        _detector.Dispose();
    }

    [Fact]
    public async Task Sources_PausedOne_IsListedAndShown()
    {
        var (_, list) = await SendAsync(HttpMethod.Get, "sources");
        Assert.Equal("v1", (string?)list["etag"]);
        var source = Assert.Single(list["sources"]!.AsArray())!;
        Assert.Equal(
            ("p", "paused", "rtsp://…@cam/1"),
            ((string?)source["id"], (string?)source["state"], (string?)source["location"]));
        string[] keys =
        [
            "id", "state", "location", "width", "height", "fps", "codec", "rate", "age_s", "objects", "frames_decoded",
            "frames_emitted", "frames_gated", "frames_in_flight", "frames_dropped", "frames_failed", "last_error",
            "last_error_at", "next_try_s", "outputs",
        ];
        Assert.Empty(keys.Except(source.AsObject().Select(item => item.Key)));
        Assert.Equal("p", (string?)(await SendAsync(HttpMethod.Get, "sources/p")).Body["id"]);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, "sources/q")).Answer.StatusCode);
    }

    [Fact]
    public async Task Sources_WithoutARunFile_HaveNoVersion()
    {
        _control.Failure = new ControlException(ControlFailure.NoFile, "There is none.");
        Assert.Null((await SendAsync(HttpMethod.Get, "sources")).Body["etag"]);
        var (answer, _) = await SendAsync(HttpMethod.Get, "run-file");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(HttpMethod.Delete, "sources/p")).Answer.StatusCode);
    }

    [Fact]
    public async Task Changes_ReachTheRunAndAreAnswered()
    {
        var (answer, source) = await SendAsync(HttpMethod.Post, "sources", """{"input":"usb:0"}""");
        Assert.Equal(
            (HttpStatusCode.Created, "/api/v1/sources/%C3%A4%20b", "ä b"),
            (answer.StatusCode, answer.Headers.Location!.ToString(), (string?)source["id"]));
        (answer, var settings) = await SendAsync(HttpMethod.Get, "sources/p/settings");
        Assert.Equal(("\"s1\"", "usb:0"), (answer.Headers.ETag!.Tag, (string?)settings["settings"]!["input"]));
        (answer, settings) = await SendAsync(HttpMethod.Patch, "sources/p/settings", """{"max_fps":5}""", "\"s1\"");
        Assert.Equal(("\"s2\"", 5), (answer.Headers.ETag!.Tag, (int?)settings["settings"]!["max_fps"]));
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Post, "sources/a%20b/pause"), (HttpMethod.Post, "sources/p/resume"), (HttpMethod.Delete, "sources/p"),
        })
        {
            Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(method, path)).Answer.StatusCode);
        }

        (answer, var change) = await SendAsync(HttpMethod.Put, "run-file", "sources: []", "\"v1\"", "application/yaml");
        Assert.Equal("\"v2\"", answer.Headers.ETag!.Tag);
        Assert.Equal(
            """{"etag":"v2","added":["a"],"changed":["b"],"removed":["c"],"needs_restart":["http.listen"]}""",
            change.ToJsonString());
        Assert.Equal(
            [
                "add {\"input\":\"usb:0\"}", "read p", "change p s1 {\"max_fps\":5}", "pause a b", "resume p", "remove p",
                "replace v1 11",
            ],
            _control.Calls);
    }

    [Fact]
    public async Task RunFile_IsTextWithItsVersion()
    {
        using var answer = await _client.GetAsync("/api/v1/run-file");
        Assert.Equal(
            ("sources: []\n", "\"v1\"", "application/yaml"),
            (await answer.Content.ReadAsStringAsync(), answer.Headers.ETag!.Tag, answer.Content.Headers.ContentType!.MediaType));
    }

    [Theory]
    [InlineData("POST", "sources", "[]", null, "application/json", 400)]
    [InlineData("POST", "sources", "{", null, "application/json", 400)]
    [InlineData("POST", "sources", """{"input":1,"input":2}""", null, "application/json", 400)]
    [InlineData("POST", "sources", """{"input":"\ud800"}""", null, "application/json", 400)]
    [InlineData("POST", "sources", """{"input":"usb:0"}""", null, "text/plain", 415)]
    [InlineData("PATCH", "sources/p/settings", "{}", null, "application/json", 428)]
    [InlineData("PUT", "run-file", "sources: []", null, "application/yaml", 428)]
    [InlineData("PUT", "run-file", "sources: []", "\"v1\"", "image/png", 415)]
    public async Task Request_ThatIsWrong_IsAProblemAndChangesNothing(
        string method, string path, string body, string? version, string type, int status)
    {
        var (answer, problem) = await SendAsync(new HttpMethod(method), path, body, version, type);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(status, (int?)problem["status"]);
        Assert.EndsWith(".", (string?)problem["detail"], StringComparison.Ordinal);
        Assert.Empty(_control.Calls);
    }

    [Theory]
    [InlineData("POST", "sources", (1 << 20) + 1, "application/json")]
    [InlineData("PUT", "run-file", (4 << 20) + 1, "application/yaml")]
    [InlineData("POST", "sources/p/pause", 1, "application/json")]
    public async Task Request_ThatIsTooLarge_IsRefused(string method, string path, int length, string type)
    {
        var (answer, _) = await SendAsync(new HttpMethod(method), path, new string(' ', length), "\"v1\"", type);
        Assert.True(answer.StatusCode == HttpStatusCode.RequestEntityTooLarge || length == 1);
        Assert.DoesNotContain(_control.Calls, call => call.StartsWith("add", StringComparison.Ordinal)
            || call.StartsWith("replace", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refusals_OfTheRun_AreProblems()
    {
        foreach (var (reason, status) in new[]
        {
            (ControlFailure.NotFound, 404), (ControlFailure.Conflict, 409), (ControlFailure.NotNow, 503),
            (ControlFailure.File, 500),
        })
        {
            _control.Failure = new ControlException(reason, "It cannot be.");
            var (answer, problem) = await SendAsync(HttpMethod.Delete, "sources/p");
            Assert.Equal((status, "It cannot be."), ((int)answer.StatusCode, (string?)problem["detail"]));
        }

        _control.Failure = new ConfigurationException(["One.", "Two."]);
        var (refused, errors) = await SendAsync(HttpMethod.Post, "sources", "{}");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(["One.", "Two."], errors["errors"]!.AsArray().Select(error => (string)error!));
    }

    [Fact]
    public async Task StartingControl_BeforeTheRun_SaysLater()
    {
        var starting = new StartingControl();
        var refusal = await Assert.ThrowsAsync<ControlException>(() => starting.RemoveAsync("p", default));
        Assert.Equal(ControlFailure.NotNow, refusal.Reason);
        starting.Started(_control);
        await starting.RemoveAsync("p", default);
        Assert.Equal(["remove p"], _control.Calls);
    }

    private async Task<(HttpResponseMessage Answer, JsonNode Body)> SendAsync(
        HttpMethod method, string path, string? body = null, string? version = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, $"/api/v1/{path}");
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type));
            // What is refused by its length is refused before it is sent.
            request.Headers.ExpectContinue = body.Length > 4096;
        }

        if (version is not null)
        {
            request.Headers.IfMatch.Add(new EntityTagHeaderValue(version));
        }

        var answer = await _client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer, text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!);
    }
}
