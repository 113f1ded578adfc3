using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Streaming.Config.Run.Zones;
using Streaming.Config.Settings;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Pipeline;
using Streaming.Pipeline.Metrics;
using Streaming.Server.History;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;
using Streaming.Stages.Hooks;

namespace Streaming.Server.Tests.History;

/// <summary>The last hour of a source, and what its zones and lines have counted.</summary>
public sealed class SourceHistoryTests : IAsyncLifetime
{
    private static readonly Category Person = new(1, "person");
    private readonly PixelPool _pool = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeDetector _detector = new();
    private readonly StepSource _source;
    private readonly List<ObjectEvent> _events = [];
    private VideoPipeline _pipeline = null!;
    private SourceHistory _history = null!;
    private EndpointHost _host = null!;

    public SourceHistoryTests()
    {
        _source = new StepSource(_pool);
    }

    public async ValueTask InitializeAsync()
    {
        _pipeline = new VideoPipeline(
            [_detector], [Person], new PipelineOptions { MaxBatchDelay = TimeSpan.Zero }, new PipelineMetrics(), _time);
        _history = new SourceHistory(() => _pipeline, _time);
        _host = await EndpointHost.StartAsync(new HistoryEndpoint(() => _pipeline, _history, _time));
        await AddAsync("cam", _source);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _history.Dispose();
        await _pipeline.DisposeAsync();
        _detector.Dispose();
        _source.Dispose();
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
    }

    [Fact]
    public async Task History_OfASource_HasAPointEachTenSeconds()
    {
        await GiveAsync(20);
        Pass(10);
        await GiveAsync(30, Occupied("yard", 2), Crossed("in"), Crossed("in"), Crossed("out"));
        Pass(10);
        await GiveAsync(1, Crossed("in"));
        Pass(20);
        using var json = await GetAsync("/api/v1/sources/cam/history");
        var history = json.RootElement;
        Assert.Equal("[1769860810,1769860820,1769860830,1769860840]", Text(history, "t"));
        Assert.Equal("[null,3,0.1,0]", Text(history, "rate"));
        Assert.Equal("[10,10,10,20]", Text(history, "age_s"));
        Assert.Equal("[1,1,1,null]", Text(history, "objects"));
        Assert.Equal("[0,2,2,null]", Text(history.GetProperty("occupancy"), "yard"));
        Assert.Equal("[0,0,0,null]", Text(history.GetProperty("occupancy"), "street"));
        Assert.Equal("[null,2,1,0]", Text(history.GetProperty("crossed"), "gate in"));
        Assert.Equal("[null,1,0,0]", Text(history.GetProperty("crossed"), "gate out"));
        var latency = history.GetProperty("latency_ms");
        Assert.Equal(
            ["decode", "preprocess", "batch_wait", "infer", "postprocess", "e2e"],
            latency.EnumerateObject().Select(stage => stage.Name));
        Assert.Equal("[null,0,0,null]", Text(latency, "e2e"));
        using var last = await GetAsync("/api/v1/sources/cam/history?minutes=1");
        Assert.Equal(4, last.RootElement.GetProperty("t").GetArrayLength());
        Pass(40);
        using var later = await GetAsync("/api/v1/sources/cam/history?minutes=1");
        Assert.Equal("[1769860830", Text(later.RootElement, "t")[..11]);
    }

    [Fact]
    public async Task Counts_OfASource_NameAllZonesAndLines()
    {
        await GiveAsync(1, Occupied("yard", 2), Zone(ObjectEventKind.ZoneEntered), Crossed("in"));
        await GiveAsync(1, Occupied("yard", 1), Zone(ObjectEventKind.ZoneLeft));
        using var json = await GetAsync("/api/v1/sources/cam/counts");
        Assert.Equal(
            """{"zones":[{"name":"yard","occupancy":{"person":1},"entered":{"person":1},"left":{"person":1}},"""
            + """{"name":"street","occupancy":{},"entered":{},"left":{}}],"lines":[{"name":"gate","directions":["""
            + """{"name":"in","crossed":{"person":1}},{"name":"out","crossed":{}}]}]}""",
            json.RootElement.GetRawText());
    }

    [Fact]
    public async Task History_OfDays_TakesNoMoreThanAnHour()
    {
        for (var i = 0; i < 400; i++)
        {
            Pass(10);
        }

        Assert.Equal(SourceHistory.MaxPoints, _history.Of("cam").Count);
        Assert.Equal(_time.GetUtcNow(), _history.Of("cam")[^1].At);
    }

    [Fact]
    public async Task History_SourceIsReplaced_KeepsItsPast_SourceIsRemoved_IsForgotten()
    {
        await GiveAsync(20);
        Pass(20);
        Assert.Equal(2, _history.Of("cam").Count);
        await _pipeline.RemoveAsync("cam");
        using var other = new StepSource(_pool);
        await AddAsync("cam", other);
        Pass(10);
        Assert.Equal(3, _history.Of("cam").Count);
        // Not minus two frames a second.
        Assert.Null(_history.Of("cam")[^1].Rate);
        await _pipeline.RemoveAsync("cam");
        Pass(10);
        Assert.Empty(_history.Of("cam"));
        foreach (var path in new[] { "history", "counts" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await _host.Http.GetAsync($"/api/v1/sources/cam/{path}")).StatusCode);
        }
    }

    [Theory]
    [InlineData("0")]
    [InlineData("61")]
    [InlineData("1.5")]
    [InlineData("x")]
    public async Task History_MinutesAreNone_SaysWhatIsAllowed(string minutes)
    {
        var answer = await _host.Http.GetAsync($"/api/v1/sources/cam/history?minutes={minutes}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("is not a whole number from 1 to 60", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void Latency_MeanOfWhatCameSince()
    {
        var latency = new StageLatency();
        var result = new FrameResult(_source.Identity(0), new ImageSize(2, 2), [])
        {
            Timings = new FrameTimings(Ms(1), Ms(2), Ms(3), Ms(4), Ms(5), Ms(15)),
        };
        latency.Add(result, Ms(20));
        latency.Add(result with { IsGated = true }, Ms(10));
        Assert.Equal(
            ["decode 2 2", "preprocess 1 2", "batch_wait 1 3", "infer 1 4", "postprocess 1 5", "e2e 2 30"],
            latency.Read().Select(item => $"{item.Key} {item.Value.Frames} {item.Value.Total.TotalMilliseconds}"));
    }

    private static TimeSpan Ms(int milliseconds)
    {
        return TimeSpan.FromMilliseconds(milliseconds);
    }

    private static string Text(JsonElement json, string name)
    {
        return json.GetProperty(name).GetRawText();
    }

    private static ObjectEvent Event(ObjectEventKind kind)
    {
        return new ObjectEvent("id", kind, 0, TimeSpan.Zero, DateTimeOffset.UnixEpoch)
        {
            Subject = new EventSubject(Person, 1, default),
        };
    }

    private static ObjectEvent Zone(ObjectEventKind kind)
    {
        return Event(kind) with { Zone = "yard" };
    }

    private static ObjectEvent Crossed(string direction)
    {
        return Event(ObjectEventKind.LineCrossed) with { Line = "gate", Direction = direction };
    }

    private static ObjectEvent Occupied(string zone, int count)
    {
        return new ObjectEvent("id", ObjectEventKind.OccupancyChanged, 0, TimeSpan.Zero, DateTimeOffset.UnixEpoch)
        {
            Zone = zone,
            Counts = new Dictionary<string, int> { ["person"] = count },
        };
    }

    private async Task AddAsync(string id, StepSource source)
    {
        var shape = new ShapeConfig(ValueList<PlanePoint>.Empty, default);
        await _pipeline.AddAsync(new SourceJob(id, (_, _) => source, _ => [])
        {
            Zones = [new ZoneConfig { Name = "yard", Shape = shape }, new ZoneConfig { Name = "street", Shape = shape }],
            Lines = [new LineConfig { Name = "gate", Shape = shape }],
            CreateHooks = _ => [new Teller(_events)],
        });
    }

    /// <summary>Lets frames through; the first one tells the events.</summary>
    private async Task GiveAsync(int frames, params ObjectEvent[] events)
    {
        lock (_events)
        {
            _events.AddRange(events);
        }

        var expected = _pipeline.Sources.Single().Status.Counts.Emitted + frames;
        _source.Give(frames);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (_pipeline.Sources.Single().Status.Counts.Emitted < expected)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, deadline.Token);
        }
    }

    private void Pass(int seconds)
    {
        for (var i = 0; i < seconds; i += 10)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
        }
    }

    private async Task<JsonDocument> GetAsync(string path)
    {
        return JsonDocument.Parse(await _host.Http.GetStringAsync(path));
    }

    /// <summary>Gives a frame whenever it may.</summary>
    private sealed class StepSource(PixelPool pool) : IFrameSource
    {
        private readonly SemaphoreSlim _frames = new(0);
        private int _next;

        public SourceInfo Info { get; } = new("s", "steps", new ImageSize(2, 2), null, null);

        public void Give(int frames)
        {
            _frames.Release(frames);
        }

        public Frame? Read(CancellationToken cancellationToken)
        {
            _frames.Wait(cancellationToken);
            return new Frame(Identity(_next++), pool.Rent(Info.Size));
        }

        public FrameIdentity Identity(int index)
        {
            return new FrameIdentity("s", 0, index, TimeSpan.FromSeconds(index), PtsOrigin.Container, DateTimeOffset.UnixEpoch);
        }

        public void Dispose()
        {
            // The test's; it needs no more.
        }
    }

    /// <summary>Tells with the next frame what a test wants.</summary>
    private sealed class Teller(List<ObjectEvent> events) : IResultHook
    {
        public FrameResult Apply(Frame frame, FrameResult result)
        {
            lock (events)
            {
                ObjectEvent[] told = [.. events];
                events.Clear();
                return result with { Events = told };
            }
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
