using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Prometheus;
using Streaming.Config.Run;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Pipeline.Health;
using Streaming.Pipeline.Metrics;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Tests;

/// <summary>What a pipeline tells of itself: metrics, health, status.</summary>
public sealed class ObservabilityTests : IDisposable
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
        var documented = File.ReadAllLines(Path.Combine(Golden.RepositoryRoot(), "docs", "metrics.md")).Where(line => line.StartsWith("| `streaming_", StringComparison.Ordinal));
        Assert.Equal(
            Collectors().Select(item => $"| `{item.Collector.Name}` | {item.Kind} | {string.Join(", ", item.Collector.LabelNames)} | {item.Collector.Help} |").Order(StringComparer.Ordinal),
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
    public async Task Run_WithFailuresAndDrops_MetricsAgreeWithTheCounts()
    {
        using var detector = new FakeDetector { IsPoisoned = image => image.Size.Width == 13 };
        await using var pipeline = new VideoPipeline([detector], [new Category(1, "person")], new PipelineOptions { BatchSize = 2, MaxInFlight = 6 }, _metrics);
        var result = await pipeline.AddAsync(new SourceJob("cam", (_, _) => new CountedSource(_pool, 40, i => i == 8 ? 13 : 4), _ => []) { MaxFps = 10 });
        Assert.Equal(20, result.Counts.Dropped["rate_cap"]);

        var text = await ExportAsync();
        Assert.Equal(40, Value(text, "streaming_frames_decoded_total", "source=\"cam\""));
        Assert.Equal(20, Value(text, "streaming_frames_emitted_total", "source=\"cam\"") + Value(text, "streaming_frame_errors_total", "source=\"cam\",stage=\"detect\""));
        Assert.Equal(20, Value(text, "streaming_frames_dropped_total", "source=\"cam\",stage=\"gate\",reason=\"rate_cap\""));
        Assert.Equal(0, Value(text, "streaming_frames_in_flight", "source=\"cam\""));
        Assert.Equal(1, Value(text, "streaming_source_state", "source=\"cam\",state=\"ended\""));
        Assert.Equal(0, Value(text, "streaming_source_up", "source=\"cam\""));
        Assert.Equal(20, Value(text, "streaming_inference_total", null));
        Assert.Equal(20, Value(text, "streaming_e2e_latency_seconds_count", "source=\"cam\""));
        Assert.Equal(result.Counts.Emitted, Value(text, "streaming_detections_total", "source=\"cam\",category=\"person\""));

        Assert.NotNull(await pipeline.RemoveAsync("cam"));
        Assert.DoesNotContain("\"cam\"", await ExportAsync(), StringComparison.Ordinal);
        Assert.Null(await pipeline.RemoveAsync("cam"));
        await pipeline.AddAsync(new SourceJob("cam", (_, _) => new CountedSource(_pool, 1, _ => 4), _ => []));
    }

    [Fact]
    public async Task LiveSource_FramesThatWereNeverRead_AreCountedAsOverrun()
    {
        using var detector = new FakeDetector();
        await using var pipeline = new VideoPipeline([detector], [new Category(1, "person")], new PipelineOptions { MaxInFlight = 100 }, _metrics);
        var sink = new DroppedBeforeSink();
        var result = await pipeline.AddAsync(new SourceJob("cam", (_, _) => new CountedSource(_pool, 20, _ => 4) { Step = 3 }, _ => [sink], FullMode.DropOldest));
        Assert.Equal((20 + (19 * 2), 20L, 38L), (result.Counts.Decoded, result.Counts.Emitted, result.Counts.Dropped["overrun"]));
        Assert.Equal([0, .. Enumerable.Repeat(2L, 19)], sink.Dropped);
    }

    [Fact]
    public async Task Detectors_OneForEachDevice_WorkAtTheSameTimeAndKeepTheOrder()
    {
        // Each batch of the first twenty waits until the other device has one too.
        using var barrier = new Barrier(2);
        var batches = 0;
        void Meet(IReadOnlyList<object> images)
        {
            if (Interlocked.Increment(ref batches) <= 20)
            {
                Assert.True(barrier.SignalAndWait(TimeSpan.FromSeconds(30)));
            }
        }

        using var first = new FakeDetector { OnDetect = Meet };
        using var second = new FakeDetector { OnDetect = Meet };
        await using var pipeline = new VideoPipeline([first, second], [new Category(1, "person")], new PipelineOptions { MaxInFlight = 8 }, _metrics);
        var sink = new DroppedBeforeSink();
        await pipeline.AddAsync(new SourceJob("s", (_, _) => new CountedSource(_pool, 50, _ => 4), _ => [sink]));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), sink.Indices);
        Assert.All([first, second], detector => Assert.InRange(detector.Batches.Count, 10, 40));
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
        await using var pipeline = new VideoPipeline([detector], [new Category(1, "person")], new PipelineOptions { HangLimit = TimeSpan.FromSeconds(60), MaxBatchDelay = TimeSpan.Zero }, _metrics, time);
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
        Assert.Equal(1, Value(await ExportAsync(), "streaming_watchdog_stalls_total", "stage=\"detect\""));
        release.Set();
        await run;
        Assert.True(health.IsLive);
    }

    [Fact]
    public async Task Server_WithoutToken_ServesMetricsHealthAndStatus()
    {
        using var detector = new FakeDetector();
        await using var pipeline = new VideoPipeline([detector], [new Category(1, "person")], new PipelineOptions(), _metrics);
        var health = new PipelineHealth(TimeProvider.System);
        await using var server = await HealthServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), null, _metrics, health, NullLogger.Instance);
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
        await run;
        Assert.Contains("streaming_frames_emitted_total{source=\"s\"} 3", await http.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_WithToken_RefusesReadersWithoutIt()
    {
        await using var server = await HealthServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), "secret", _metrics, new PipelineHealth(TimeProvider.System), NullLogger.Instance);
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
        await Assert.ThrowsAsync<ArgumentException>(() => HealthServer.StartAsync(new IPEndPoint(IPAddress.Any, 0), null, _metrics, new PipelineHealth(TimeProvider.System), NullLogger.Instance));
    }

    private IEnumerable<(Collector Collector, string Kind)> Collectors()
    {
        return typeof(PipelineMetrics).GetProperties(BindingFlags.Instance | BindingFlags.NonPublic)
            .Select(property => property.GetValue(_metrics))
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

    private sealed class CountedSource(PixelPool pool, int frames, Func<int, int> widthOf) : IFrameSource
    {
        private int _next;

        public int Step { get; init; } = 1;

        public SourceInfo Info { get; } = new("s", "counted", new ImageSize(2, 4), null, frames);

        public Frame? Read(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_next == frames)
            {
                return null;
            }

            // Twenty frames a second.
            var pixels = pool.Rent(new ImageSize(2, widthOf(_next)));
            return new Frame(new FrameIdentity("s", 0, _next * Step, TimeSpan.FromMilliseconds(50 * _next++), PtsOrigin.Container, DateTimeOffset.UnixEpoch), pixels);
        }

        public void Dispose()
        {
            // Nothing to close.
        }
    }

    private sealed class DroppedBeforeSink : Streaming.Stages.Emit.IFrameSink
    {
        public string Target => "memory";

        public List<long> Indices { get; } = [];

        public List<long> Dropped { get; } = [];

        public void Write(Frame frame, FrameResult result)
        {
            Indices.Add(result.Identity.Index);
            Dropped.Add(result.DroppedBefore);
        }

        public void Complete(Streaming.Stages.Emit.StreamSummary summary)
        {
            // Nothing is written.
        }

        public void Dispose()
        {
            // Nothing stays open.
        }
    }
}
