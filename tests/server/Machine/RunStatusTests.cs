using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Streaming.Config.Zoo;
using Streaming.Pipeline;
using Streaming.Pipeline.Metrics;
using Streaming.Server.Access;
using Streaming.Server.Connections;
using Streaming.Server.Health;
using Streaming.Server.Machine;

namespace Streaming.Server.Tests.Machine;

/// <summary>What runs, as /api/v1/status tells it.</summary>
public sealed class RunStatusTests
{
    [Theory]
    [InlineData("admin-token", "admin")]
    [InlineData("view-token", "view")]
    public async Task Status_WhileTheModelLoads_TellsAllButTheDevice(string token, string role)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
        var health = new PipelineHealth(time);
        time.Advance(TimeSpan.FromSeconds(2.5));
        Assert.Equal(
            """{"version":"1.2.3","run_id":"run-1","started_at":"2026-01-31T12:00:00+00:00","uptime_s":2.5,"is_ready":false,"""
            + $"\"role\":\"{role}\","
            + "\"model\":{\"config\":\"tiny\",\"weights\":\"tiny.pth\",\"precision\":\"float32\",\"device\":null,"
            + "\"classes\":[\"person\"]},\"run_file\":\"cameras.yaml\",\"hanging\":[],\"sources\":[]}",
            await AskAsync(health, token));
    }

    [Fact]
    public async Task Status_OncePipelineRuns_NamesItsDevice()
    {
        var health = new PipelineHealth(TimeProvider.System);
        var metrics = new PipelineMetrics();
        metrics.Describe("2.0", "cuda:0, cuda:1");
        using var detector = new FakeDetector();
        await using var pipeline = new VideoPipeline([detector], [new Category(1, "person")], new PipelineOptions(), metrics);
        health.Started(pipeline);
        using var json = JsonDocument.Parse(await AskAsync(health, "view-token"));
        Assert.Equal("cuda:0, cuda:1", json.RootElement.GetProperty("model").GetProperty("device").GetString());
    }

    private static async Task<string> AskAsync(PipelineHealth health, string token)
    {
        var model = new ModelDescription("tiny", "tiny.pth", "float32", null, ["person"]);
        await using var server = await WebServer.StartAsync(
            new WebServerOptions(
                new IPEndPoint(IPAddress.Loopback, 0),
                [new RunStatusEndpoint(health, new RunDescription("1.2.3", "run-1", model, "cameras.yaml"))])
            {
                Access = new AccessRules("admin-token", "view-token"),
                Limits = ConnectionLimits.Viewers,
            },
            NullLogger.Instance);
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await http.GetStringAsync("/api/v1/status");
    }
}
