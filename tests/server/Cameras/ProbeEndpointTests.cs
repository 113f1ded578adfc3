using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Streaming.Server.Cameras;
using Streaming.Stages.Frames;

namespace Streaming.Server.Tests.Cameras;

/// <summary>Trying a source over HTTP.</summary>
public sealed class ProbeEndpointTests : IAsyncLifetime
{
    private const string Body = """{"input":"rtsp://admin:hush@camera.lan/a","user":"admin","password":"hush"}""";
    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource<ProbeRequest> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ProbeReport> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private EndpointHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await EndpointHost.StartAsync(new ProbeEndpoint(
            (request, end) =>
            {
                _asked.TrySetResult(request);
                return _answer.Task.WaitAsync(end);
            },
            _time));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Probe_SourceThatAnswers_TellsWhatItIs()
    {
        _answer.SetResult(new ProbeReport("rtsp://camera.lan/a", 64, 48, 25, "h264", null, null, true, 12.5));
        var answer = await SendAsync(Body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(
            """{"source":"rtsp://camera.lan/a","width":64,"height":48,"fps":25,"codec":"h264","decoder":null,"frames":null"""
            + ""","live":true,"first_frame_ms":12.5}""",
            await answer.Content.ReadAsStringAsync());
        Assert.Equal(
            new ProbeRequest("rtsp://admin:hush@camera.lan/a", "admin", "hush"), await _asked.Task);
    }

    [Fact]
    public async Task Probe_SourceThatCannotBeOpened_SaysWhy()
    {
        _answer.SetException(new DecodeException(DecodeError.NotFound, "rtsp://camera.lan/a: no route."));
        await IsProblemAsync(await SendAsync(Body), 422, "not_found: rtsp://camera.lan/a: no route.");
    }

    [Fact]
    public async Task Probe_NothingComes_GivesUpAfterTwentySeconds_AndHidesThePassword()
    {
        var sent = SendAsync(Body);
        await _asked.Task;
        _time.Advance(TimeSpan.FromSeconds(19.9));
        Assert.False(sent.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        await IsProblemAsync(await sent, 504, "rtsp://…@camera.lan/a: no frame came within 20 s");
    }

    [Fact]
    public async Task Probe_TwoAtOnce_SecondIsToComeBack()
    {
        var first = SendAsync(Body);
        await _asked.Task;
        var second = await SendAsync(Body);
        Assert.Equal("5", second.Headers.RetryAfter?.ToString());
        await IsProblemAsync(second, 429, "Another source is being tried");
        _answer.SetResult(new ProbeReport("a", 1, 1, null, null, null, null, false, 1));
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(Body)).StatusCode);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"input":" "}""")]
    [InlineData("""{"input":5,"password":"hush"}""")]
    [InlineData("""{"input":"a","pasword":"hush"}""")]
    public async Task Probe_WrongBody_IsAProblemThatDoesNotRepeatIt(string body)
    {
        await IsProblemAsync(await SendAsync(body), 400, "send a JSON object with 'input'");
        Assert.False(_asked.Task.IsCompleted);
    }

    private static async Task IsProblemAsync(HttpResponseMessage answer, int status, string text)
    {
        var content = await answer.Content.ReadAsStringAsync();
        Assert.Equal(
            (status, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString()));
        Assert.Contains(text, Text(content), StringComparison.Ordinal);
        Assert.DoesNotContain("hush", content, StringComparison.Ordinal);
    }

    private static string Text(string problem)
    {
        return JsonDocument.Parse(problem).RootElement.GetProperty("detail").GetString()!;
    }

    private Task<HttpResponseMessage> SendAsync(string body)
    {
        var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        return _host.Http.PostAsync("/api/v1/probe", content);
    }
}
