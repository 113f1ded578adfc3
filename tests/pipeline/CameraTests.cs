using System.Diagnostics;
using Streaming.Config.Detectron;
using Streaming.Config.Run;
using Streaming.Config.Zoo;
using Streaming.Model;
using Streaming.Model.Structures;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Tests;

/// <summary>
/// Real RTSP cameras through the real graph. They run alone: they count the process's files and threads and how far a frame lags.
/// </summary>
[CollectionDefinition(nameof(CameraTests), DisableParallelization = true)]
[Collection(nameof(CameraTests))]
public sealed class CameraTests : IDisposable
{
    private static readonly Category[] Person = [new(1, "person")];
    private readonly PixelPool _pool = new();
    private readonly NullDetector _null = new(ModelConfigReader.Read("mask_rcnn_R_50_FPN_3x", []).Input);

    public CameraTests()
    {
        Assert.SkipUnless(RtspServer.IsAvailable, "gst-rtsp-server and GStreamer's plugins are not on this machine");
    }

    public void Dispose()
    {
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
        _null.Dispose();
    }

    [Fact]
    public async Task NullDetector_FastEnough_LosesNextToNothingAndStaysAtTheNewestFrame()
    {
        using var server = new RtspServer();
        server.Add("cam", 320, 240, 50);
        var options = new PipelineOptions { MaxInFlight = 4, MaxBatchDelay = TimeSpan.Zero };
        await using var pipeline = new VideoPipeline([_null], Person, options);
        var sink = new LagSink(100);
        var ended = pipeline.RunToEndAsync(Job("cam", server.Url("cam"), sink));
        await sink.Enough;
        pipeline.Stop("cam");
        var counts = (await ended).Counts;
        var dropped = counts.Dropped.Values.Sum();
        Assert.Equal((StreamEnd.Stopped, counts.Emitted + dropped), (counts.End, counts.Decoded));
        // A machine that is busy with something else may stand still for longer than the few buffers last.
        Assert.InRange(dropped, 0, counts.Decoded / 4);
        // Four in flight, one that waits for admission, and what was dropped while the machine stood still.
        Assert.InRange(sink.GreatestLag, 0, 5 + dropped);
    }

    [Fact]
    public async Task Detector_TenTimesTooSlow_StaysAtTheNewestFrameWithFewInMemory()
    {
        using var server = new RtspServer();
        server.Add("cam", 160, 120, 50);
        using var arrivals = new SemaphoreSlim(0);
        // Each batch takes as long as ten frames take to come.
        using var slow = new FakeDetector
        {
            OnDetect = _ =>
            {
                for (var i = 0; i < 10; i++)
                {
                    arrivals.Wait(TimeSpan.FromSeconds(5));
                }
            },
        };
        var options = new PipelineOptions { MaxInFlight = 2, MaxBatchDelay = TimeSpan.Zero };
        await using var pipeline = new VideoPipeline([slow], Person, options);
        var sink = new LagSink(20) { Pool = _pool };
        var ended = pipeline.RunToEndAsync(Job("cam", server.Url("cam"), sink, frame =>
        {
            sink.Newest = frame.Identity.Index;
            arrivals.Release();
        }));
        await sink.Enough;
        pipeline.Stop("cam");
        // Nobody counts on the camera any more.
        arrivals.Release(1000);
        var counts = (await ended).Counts;
        Assert.Equal(counts.Decoded, counts.Emitted + counts.Dropped.Values.Sum());
        Assert.InRange(counts.Dropped.Values.Sum(), 100, long.MaxValue);
        // Two under way, one that waits at the gate, ten frames each; some room for what the machine does besides.
        Assert.InRange(sink.GreatestLag, 1, 100);
        Assert.InRange(sink.MostInMemory, 1, 5);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(200, Traits = ["Category", "Slow"])]
    public void Reconnect_ManyTimes_LeaksNothing(int cycles)
    {
        using var server = new RtspServer();
        server.Add("cam", 160, 120, 50);
        var options = new ReconnectOptions { Delay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(50) };
        using var source = ReconnectingSource.Open(
            token => NetworkSource.Open(
                StreamAddress.Parse(server.Url("cam")),
                new NetworkOptions(),
                new SourceContext("cam", _pool, TimeProvider.System),
                token),
            options,
            new SourceContext("cam", _pool, TimeProvider.System),
            default);
        var settled = default((int Files, int Threads, long Memory));
        for (var epoch = 0; epoch < cycles; epoch++)
        {
            int now;
            do
            {
                using var frame = source.Read(default)!;
                now = frame.Identity.Epoch;
            }
            while (now < epoch);
            epoch = now;
            server.DropClients();
            if (epoch <= cycles / 4)
            {
                settled = Resources();
            }
        }

        var end = Resources();
        Assert.InRange(end.Files, 0, settled.Files + 8);
        Assert.InRange(end.Threads, 0, settled.Threads + 8);
        Assert.InRange(end.Memory, 0, settled.Memory + (cycles < 100 ? 64 << 20 : 24 << 20));
    }

    [Fact]
    public async Task Server_Frozen_DeadlineFiresAndTheCameraComesBack()
    {
        using var server = new RtspServerProcess("cam:160x120@50");
        var frozen = new TaskCompletionSource<SourceEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        var back = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var pipeline = new VideoPipeline([_null], Person, new PipelineOptions { MaxBatchDelay = TimeSpan.Zero });
        var sink = new LagSink(10)
        {
            OnEvent = e =>
                (e.Kind == SourceEventKind.Disconnected ? () => frozen.TrySetResult(e) : (Action)(() => back.TrySetResult()))(),
        };
        var config = new SourceConfig
        {
            Id = "cam",
            Input = server.Url("cam"),
            ReadTimeout = TimeSpan.FromSeconds(1),
            OpenTimeout = TimeSpan.FromSeconds(2),
        };
        var ended = pipeline.RunToEndAsync(Job(config, sink));
        await sink.Enough;
        server.Freeze();
        Assert.Equal(DecodeError.Timeout, (await frozen.Task.WaitAsync(TimeSpan.FromMinutes(1))).Error);
        server.Thaw();
        await back.Task.WaitAsync(TimeSpan.FromMinutes(1));
        pipeline.Stop("cam");
        Assert.Equal(StreamEnd.Stopped, (await ended).Counts.End);
    }

    [Fact]
    public async Task Resolution_ChangedOnTheWay_IsANewFormatAndAnEvent()
    {
        using var server = new RtspServer();
        server.AddChanging("cam", 30, (160, 120), (320, 240));
        await using var pipeline = new VideoPipeline([_null], Person, new PipelineOptions { MaxBatchDelay = TimeSpan.Zero });
        var changed = new TaskCompletionSource<SourceEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        var sink = new LagSink(1) { OnEvent = e => changed.TrySetResult(e) };
        var ended = pipeline.RunToEndAsync(Job("cam", server.Url("cam"), sink));
        Assert.Equal(SourceEventKind.ResolutionChanged, (await changed.Task.WaitAsync(TimeSpan.FromMinutes(1))).Kind);
        pipeline.Stop("cam");
        var counts = (await ended).Counts;
        Assert.Equal((0L, StreamEnd.Stopped), (counts.Failed.Values.Sum(), counts.End));
        Assert.Equal([new ImageSize(120, 160), new ImageSize(240, 320)], sink.Sizes);
    }

    [Fact]
    public async Task EightCameras_OneDeadOneFrozenOneWithABadOutput_TheOtherFiveLoseNothing()
    {
        using var server = new RtspServer();
        using var frozen = new RtspServerProcess("cam:160x120@25");
        var options = new PipelineOptions { BatchSize = 4, MaxInFlight = 10, MaxBatchDelay = TimeSpan.FromMilliseconds(10) };
        await using var pipeline = new VideoPipeline([_null], Person, options);
        var good = new Dictionary<string, LagSink>();
        for (var i = 0; i < 5; i++)
        {
            server.Add($"good{i}", 160, 120, 10);
            good[$"good{i}"] = new LagSink(40);
        }

        server.Add("sink", 160, 120, 25);
        var stalled = new LagSink(5);
        var ended = new Dictionary<string, Task<SourceStatus>>
        {
            ["dead"] = pipeline.RunToEndAsync(Job("dead", "rtsp://127.0.0.1:1/none", new LagSink(1))),
            ["stalled"] = pipeline.RunToEndAsync(Job("stalled", frozen.Url("cam"), stalled)),
            ["sink"] = pipeline.RunToEndAsync(Job("sink", server.Url("sink"), new LagSink(1) { FailsAt = 20 })),
        };
        foreach (var (id, sink) in good)
        {
            ended[id] = pipeline.RunToEndAsync(Job(id, server.Url(id), sink));
        }

        await stalled.Enough;
        frozen.Freeze();
        await Task.WhenAll(good.Values.Select(sink => sink.Enough)).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(SourceState.Running, pipeline.Sources.Single(source => source.Id == "sink").Status.State);
        Assert.Equal(SourceState.Opening, pipeline.Sources.Single(source => source.Id == "dead").Status.State);

        await pipeline.StopAsync();
        var broken = (await ended["sink"]).Counts;
        Assert.Equal(20, broken.Emitted);
        Assert.Equal(broken.Decoded - 20, broken.Dropped.Values.Sum());
        Assert.True(broken.Dropped["output_failed"] > 0);
        foreach (var id in good.Keys)
        {
            var counts = (await ended[id]).Counts;
            Assert.Equal((StreamEnd.Stopped, ""), (counts.End, string.Join(' ', counts.Failed)));
            // What a busy machine drops is not the others' doing.
            Assert.DoesNotContain(counts.Dropped.Keys, reason => reason is not ("queue_full" or "overrun"));
            Assert.InRange(counts.Emitted, 40, long.MaxValue);
        }
    }

    private SourceJob Job(string id, string url, LagSink sink, Action<Frame>? onFrame = null)
    {
        return Job(new SourceConfig { Id = id, Input = url }, sink, onFrame);
    }

    private SourceJob Job(SourceConfig config, LagSink sink, Action<Frame>? onFrame = null)
    {
        return new SourceJob(
            config.Id,
            (report, cancellation) => new WatchingSource(
                FrameSources.BuiltIn.Open(
                    config,
                    new SourceContext(config.Id, _pool, TimeProvider.System) { Report = report },
                    0,
                    cancellation),
                onFrame ?? (frame => sink.Newest = frame.Identity.Index)),
            _ => [sink.ToOutput()],
            FullMode.DropOldest);
    }

    private static (int Files, int Threads, long Memory) Resources()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return (Directory.GetFiles("/proc/self/fd").Length, process.Threads.Count, process.WorkingSet64);
    }

    /// <summary>Tells of each frame that came.</summary>
    private sealed class WatchingSource(IFrameSource inner, Action<Frame> onFrame) : IFrameSource
    {
        public SourceInfo Info => inner.Info;

        public Frame? Read(CancellationToken cancellationToken)
        {
            var frame = inner.Read(cancellationToken);
            if (frame is not null)
            {
                onFrame(frame);
            }

            return frame;
        }

        public void Dispose()
        {
            inner.Dispose();
        }
    }

    /// <summary>Sees how far behind the camera the frames are that come out.</summary>
    private sealed class LagSink(int enough) : IFrameSink
    {
        private readonly TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _newest;
        private int _frames;

        public string Target => "memory";

        public Task Enough => _enough.Task;

        /// <summary>The camera's last frame.</summary>
        public long Newest
        {
            get => Volatile.Read(ref _newest);
            set => Volatile.Write(ref _newest, value);
        }

        public long GreatestLag { get; private set; }

        public int MostInMemory { get; private set; }

        public PixelPool? Pool { get; init; }

        public int FailsAt { get; init; } = -1;

        public Action<SourceEvent> OnEvent { get; init; } = _ => { };

        public List<ImageSize> Sizes { get; } = [];

        public void Write(OutputFrame frame)
        {
            var result = frame.Result;
            if (_frames == FailsAt)
            {
                throw new EmitException("the disk is full");
            }

            GreatestLag = Math.Max(GreatestLag, Newest - result.Identity.Index);
            MostInMemory = Math.Max(MostInMemory, Pool?.Live ?? 0);
            if (Sizes.Count == 0 || Sizes[^1] != result.Size)
            {
                Sizes.Add(result.Size);
            }

            if (++_frames >= enough)
            {
                _enough.TrySetResult();
            }
        }

        public void Write(SourceEvent sourceEvent)
        {
            OnEvent(sourceEvent);
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
