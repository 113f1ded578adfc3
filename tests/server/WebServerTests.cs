using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Prometheus;
using Streaming.Config.Zoo;
using Streaming.Pipeline;
using Streaming.Pipeline.Metrics;
using Streaming.Server.Gpu;
using Streaming.Server.Health;
using Streaming.Stages.Frames;

namespace Streaming.Server.Tests;

/// <summary>What a pipeline shows over HTTP: metrics, health and status.</summary>
public sealed class WebServerTests : IDisposable
{
    private readonly PixelPool _pool = new();
    private readonly PipelineMetrics _metrics = new();

    public void Dispose()
    {
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
    }

    [Fact]
    public void Documents_DescribeEveryMetric()
    {
        var documented = File.ReadAllLines(Path.Combine(Golden.RepositoryRoot(), "docs", "metrics.md"))
            .Where(line => line.StartsWith("| `streaming_", StringComparison.Ordinal));
        Assert.Equal(
            Collectors()
                .Select(item => $"| `{item.Collector.Name}` | {item.Kind} "
                    + $"| {string.Join(", ", item.Collector.LabelNames)} | {item.Collector.Help} |")
                .Order(StringComparer.Ordinal),
            documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Names_FollowPrometheusConventions()
    {
        foreach (var (collector, kind) in Collectors())
        {
            Assert.Equal(kind == "counter", collector.Name.EndsWith("_total", StringComparison.Ordinal));
            Assert.DoesNotContain(collector.LabelNames, label => label is "url" or "pid" or "frame" or "track_id");
        }
    }

    [Fact]
    public async Task Watchdog_NetworkThatHangs_IsNamedAndTheProgramIsNotAlive()
    {
        var time = new FakeTimeProvider();
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        using var detector = new FakeDetector
        {
            OnDetect = _ =>
            {
                entered.Set();
                release.Wait();
            },
        };
        var options = new PipelineOptions { HangLimit = TimeSpan.FromSeconds(60), MaxBatchDelay = TimeSpan.Zero };
        await using var pipeline = new VideoPipeline([detector], [new Category(1, "person")], options, _metrics, time);
        var health = new PipelineHealth(time);
        Assert.False(health.IsStarted || health.IsReady);
        health.Started(pipeline);
        var run = pipeline.AddAsync(new SourceJob("s", (_, _) => new CountedSource(_pool, 1, _ => 4), _ => []));
        entered.Wait();
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.True(health.IsLive);
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.False(health.IsLive);
        Assert.Equal("the network (worker 0)", Assert.Single(pipeline.Hanging).What);
        Assert.Equal(1, Value(await ExportAsync(), "streaming_watchdog_stalls_total", "stage=\"infer\""));
        release.Set();
        await (await run).Completion;
        Assert.True(health.IsLive);
    }

    [Fact]
    public async Task Server_WithoutToken_ServesMetricsHealthAndStatus()
    {
        using var detector = new FakeDetector();
        await using var pipeline = new VideoPipeline([detector], [new Category(1, "person")], new PipelineOptions(), _metrics);
        var health = new PipelineHealth(TimeProvider.System);
        await using var server = await WebServer.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0), null, _metrics.Registry, health, NullLogger.Instance);
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/healthz/live")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync("/healthz/startup")).StatusCode);
        health.Started(pipeline);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/healthz/startup")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync("/healthz/ready")).StatusCode);

        using var started = new SemaphoreSlim(0);
        using var finish = new ManualResetEventSlim();
        var run = pipeline.AddAsync(new SourceJob(
            "s",
            (_, _) => new CountedSource(_pool, 3, i =>
            {
                started.Release();
                finish.Wait();
                return 4;
            }),
            _ => []));
        await started.WaitAsync();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/healthz/ready")).StatusCode);
        var status = JsonDocument.Parse(await http.GetStringAsync("/status")).RootElement.GetProperty("sources")[0];
        Assert.Equal(("s", "running"), (status.GetProperty("id").GetString(), status.GetProperty("state").GetString()));
        finish.Set();
        await (await run).Completion;
        Assert.Contains(
            "streaming_frames_emitted_total{source=\"s\"} 3", await http.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/status")]
    [InlineData("/healthz/live")]
    public async Task Post_ToWhatIsRead_IsNotAllowed(string path)
    {
        var health = new PipelineHealth(TimeProvider.System);
        await using var server = await WebServer.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0), null, _metrics.Registry, health, NullLogger.Instance);
        using var http = new HttpClient();
        using var content = new StringContent("a=1");
        using var answer = await http.PostAsync($"{server.Address}{path}", content);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Contains("GET", answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task Status_SourceThatDoesNotOpen_HasItsAddressAndWhenItsErrorWas()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
        using var detector = new FakeDetector();
        var options = new PipelineOptions { MaxBatchDelay = TimeSpan.Zero };
        await using var pipeline = new VideoPipeline([detector], [new Category(1, "person")], options, _metrics, time);
        var health = new PipelineHealth(time);
        health.Started(pipeline);
        using var failed = new SemaphoreSlim(0);
        using var goOn = new ManualResetEventSlim();
        var job = new SourceJob(
            "s",
            (report, cancellation) =>
            {
                report(new SourceEvent(SourceEventKind.OpenFailed, 0, time.GetUtcNow(), DecodeError.Refused, "turned down")
                {
                    NextTryAt = time.GetUtcNow() + TimeSpan.FromSeconds(9),
                });
                failed.Release();
                goOn.Wait(cancellation);
                return new CountedSource(_pool, 1, _ => 4);
            },
            _ => [])
        {
            Location = "rtsp://cam.lan/1",
        };
        var run = pipeline.AddAsync(job);
        await failed.WaitAsync();
        var report = Assert.Single(health.Status().Sources);
        Assert.Equal(
            ("opening", "rtsp://cam.lan/1", "turned down", (DateTimeOffset?)time.GetUtcNow(), null),
            (report.State, report.Location, report.LastError, report.LastErrorAt, report.LastResultAt));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((7.0, null), (Assert.Single(health.Status().Sources).NextTryS, report.AgeS));
        time.Advance(TimeSpan.FromSeconds(58));
        goOn.Set();
        await (await run).Completion;
        report = Assert.Single(health.Status().Sources);
        Assert.Equal(
            ("counted", (DateTimeOffset?)(time.GetUtcNow() - TimeSpan.FromMinutes(1)), (DateTimeOffset?)time.GetUtcNow()),
            (report.Location, report.LastErrorAt, report.LastResultAt));
    }

    [Fact]
    public async Task StartAsync_OfAPipelineWithARegistry_ServesBoth()
    {
        using var detector = new FakeDetector();
        var registry = Prometheus.Metrics.NewCustomRegistry();
        Prometheus.Metrics.WithCustomRegistry(registry).CreateGauge("own", "A gauge of the program's own.").Set(7);
        await using var pipeline = new VideoPipeline(
            [detector], [new Category(1, "person")], new PipelineOptions(), new PipelineMetrics(registry));
        Assert.Same(registry, pipeline.Registry);
        await using var server = await WebServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), null, pipeline);
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/healthz/startup")).StatusCode);
        var metrics = await http.GetStringAsync("/metrics");
        Assert.Equal(7, Value(metrics, "own", null));
        Assert.Equal(0, Value(metrics, "streaming_inference_total", null));
    }

    [Fact]
    public async Task Server_WithToken_RefusesReadersWithoutIt()
    {
        var health = new PipelineHealth(TimeProvider.System);
        await using var server = await WebServer.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0), "secret", _metrics.Registry, health, NullLogger.Instance);
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        foreach (var path in new[] { "/metrics", "/status" })
        {
            http.DefaultRequestHeaders.Authorization = null;
            Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(path)).StatusCode);
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "secreT");
            Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(path)).StatusCode);
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "secret");
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(path)).StatusCode);
        }

        http.DefaultRequestHeaders.Authorization = null;
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/healthz/live")).StatusCode);
        await Assert.ThrowsAsync<ArgumentException>(() => WebServer.StartAsync(
            new IPEndPoint(IPAddress.Any, 0), null, _metrics.Registry, health, NullLogger.Instance));
    }

    private IEnumerable<(Collector Collector, string Kind)> Collectors()
    {
        var gauges = new GpuMetrics.Gauges(Prometheus.Metrics.NewCustomRegistry());
        return new object[] { _metrics, gauges }
            .SelectMany(owner => owner.GetType()
                .GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .Select(property => property.GetValue(owner)))
            .OfType<Collector>()
            .Select(collector => (collector, collector switch { Counter => "counter", Gauge => "gauge", _ => "histogram" }));
    }

    private async Task<string> ExportAsync()
    {
        using var stream = new MemoryStream();
        await _metrics.Registry.CollectAndExportAsTextAsync(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static double Value(string text, string name, string? labels)
    {
        var start = labels is null ? $"{name} " : $"{name}{{{labels}}} ";
        var line = text.Split('\n').FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal));
        Assert.True(line is not null, $"{start} is not in:\n{text}");
        return double.Parse(line[start.Length..], System.Globalization.CultureInfo.InvariantCulture);
    }
}
