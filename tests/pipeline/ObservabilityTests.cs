using System.Text;
using Streaming.Config.Run;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Pipeline.Metrics;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Stages.Hooks;

namespace Streaming.Pipeline.Tests;

/// <summary>What a pipeline measures.</summary>
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
    public async Task Run_WithFailuresAndDrops_MetricsAgreeWithTheCounts()
    {
        using var detector = new FakeDetector { IsPoisoned = image => image.Size.Width == 13 };
        await using var pipeline = new VideoPipeline(
            [detector], [new Category(1, "person")], new PipelineOptions { BatchSize = 2, MaxInFlight = 6 }, _metrics);
        var job = new SourceJob("cam", (_, _) => new CountedSource(_pool, 40, i => i == 8 ? 13 : 4), _ => []) { MaxFps = 10 };
        var result = await pipeline.RunToEndAsync(job);
        Assert.Equal(20, result.Counts.Dropped["rate_cap"]);

        var text = await ExportAsync();
        Assert.Equal(40, Value(text, "streaming_frames_decoded_total", "source=\"cam\""));
        Assert.Equal(
            20,
            Value(text, "streaming_frames_emitted_total", "source=\"cam\"")
            + Value(text, "streaming_frame_errors_total", "source=\"cam\",stage=\"infer\""));
        Assert.Equal(20, Value(text, "streaming_frames_dropped_total", "source=\"cam\",stage=\"admission\",reason=\"rate_cap\""));
        Assert.Equal(0, Value(text, "streaming_frames_in_flight", "source=\"cam\""));
        Assert.Equal(1, Value(text, "streaming_source_state", "source=\"cam\",state=\"ended\""));
        Assert.Equal(0, Value(text, "streaming_source_up", "source=\"cam\""));
        Assert.Equal(20, Value(text, "streaming_inference_total", null));
        Assert.Equal(20, Value(text, "streaming_e2e_latency_seconds_count", "source=\"cam\""));
        Assert.Equal(result.Counts.Emitted, Value(text, "streaming_detections_total", "source=\"cam\",category=\"person\""));

        Assert.NotNull(await pipeline.RemoveAsync("cam"));
        Assert.DoesNotContain("\"cam\"", await ExportAsync(), StringComparison.Ordinal);
        Assert.Null(await pipeline.RemoveAsync("cam"));
        await pipeline.RunToEndAsync(new SourceJob("cam", (_, _) => new CountedSource(_pool, 1, _ => 4), _ => []));
    }

    [Fact]
    public async Task LiveSource_FramesThatWereNeverRead_AreCountedAsOverrun()
    {
        using var detector = new FakeDetector();
        await using var pipeline = new VideoPipeline(
            [detector], [new Category(1, "person")], new PipelineOptions { MaxInFlight = 100 }, _metrics);
        var sink = new DroppedBeforeSink();
        var result = await pipeline.RunToEndAsync(new SourceJob(
            "cam",
            (_, _) => new CountedSource(_pool, 20, _ => 4) { Step = 3 },
            _ => [sink.ToOutput()],
            FullMode.DropNewest));
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
        await using var pipeline = new VideoPipeline(
            [first, second], [new Category(1, "person")], new PipelineOptions { MaxInFlight = 8 }, _metrics);
        var sink = new DroppedBeforeSink();
        await pipeline.RunToEndAsync(new SourceJob("s", (_, _) => new CountedSource(_pool, 50, _ => 4), _ => [sink.ToOutput()]));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), sink.Indices);
        Assert.All([first, second], detector => Assert.InRange(detector.Batches.Count, 10, 40));
    }

    [Fact]
    public async Task Tracks_OfResults_AreCountedByCategoryAndGoWithTheSource()
    {
        using var detector = new FakeDetector();
        await using var pipeline = new VideoPipeline([detector], [new Category(1, "person")], new PipelineOptions(), _metrics);
        await pipeline.RunToEndAsync(new SourceJob("cam", (_, _) => new CountedSource(_pool, 10, _ => 4), _ => [])
        {
            CreateHooks = _ => [new TwoTracks()],
        });
        var text = await ExportAsync();
        Assert.Equal(2, Value(text, "streaming_tracks_active", "source=\"cam\",category=\"person\""));
        Assert.Equal(2, Value(text, "streaming_tracks_started_total", "source=\"cam\",category=\"person\""));

        // Where tracks are expected is nothing that was found: half of the frames tell that alone.
        Assert.Equal(10, Value(text, "streaming_detections_total", "source=\"cam\",category=\"person\""));
        Assert.NotNull(await pipeline.RemoveAsync("cam"));
        Assert.DoesNotContain("\"cam\"", await ExportAsync(), StringComparison.Ordinal);
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

    /// <summary>Two tracks in every frame, in every second one only expected.</summary>
    private sealed class TwoTracks : IResultHook
    {
        public FrameResult Apply(Frame frame, FrameResult result)
        {
            var (index, category) = (result.Identity.Index, new Category(1, "person"));
            var box = new Box(1, 1, 2, 2);
            var tracks = Enumerable.Range(1, 2).Select(id => new Detection(
                0, category, 0.9f, box, null, new TrackInfo(id, TimeSpan.Zero, 1, IsPredicted: index % 2 == 1)));
            return result with { Detections = [.. tracks], StartedTracks = index == 0 ? [category, category] : [] };
        }

        public void Dispose()
        {
            // Nothing stays open.
        }
    }

    private sealed class DroppedBeforeSink : IFrameSink
    {
        public string Target => "memory";

        public List<long> Indices { get; } = [];

        public List<long> Dropped { get; } = [];

        public void Write(OutputFrame frame)
        {
            var result = frame.Result;
            Indices.Add(result.Identity.Index);
            Dropped.Add(result.DroppedBefore);
        }

        public void Complete(StreamSummary summary)
        {
            // Nothing is written.
        }

        public void Dispose()
        {
            // Nothing stays open.
        }
    }
}
