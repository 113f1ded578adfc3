using Microsoft.Extensions.Time.Testing;
using Streaming.Config.Run;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Pipeline.Metrics;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Tests;

/// <summary>The real graph with a source, a detector and a sink that can be told to fail.</summary>
public sealed class VideoPipelineTests : IDisposable
{
    private readonly PixelPool _pool = new();
    private readonly RecordingSink _sink = new();

    public void Dispose()
    {
        // Whatever a test does, every frame must have come back.
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 8)]
    [InlineData(8, 20)]
    public async Task RunAsync_AnyBatchSize_EmitsEveryFrameInOrder(int batchSize, int maxInFlight)
    {
        using var detector = new FakeDetector();
        var result = await RunAsync(detector, batchSize, maxInFlight, new CountingSource(_pool, 101));
        Assert.Equal(Enumerable.Range(0, 101).Select(i => (long)i), _sink.Results.Select(r => r.Identity.Index));
        Assert.All(_sink.Results, r => Assert.Equal(FrameStatus.Ok, r.Outcome.Status));
        Assert.Equal((StreamEnd.Eof, 101L, 101L), (result.Counts.End, result.Counts.Decoded, result.Counts.Emitted));
        Assert.All(detector.Batches, size => Assert.InRange(size, 1, batchSize));
        Assert.Equal(101, detector.Batches.Sum());
        Assert.Equivalent(result.Counts, _sink.Summary, strict: true);
    }

    [Fact]
    public async Task RunAsync_SlowSink_NeverHasMoreFramesInFlightThanCredits()
    {
        var most = 0;
        _sink.OnWrite = _ => most = Math.Max(most, _pool.Live);
        using var detector = new FakeDetector();
        await RunAsync(detector, batchSize: 2, maxInFlight: 5, new CountingSource(_pool, 50));
        Assert.InRange(most, 1, 5);
    }

    [Fact]
    public async Task RunAsync_NewestFramesWanted_TakesTurnsWithTheNewestOfEach()
    {
        var time = new FakeTimeProvider();
        using var started = new ManualResetEventSlim();
        using var allRead = new CountdownEvent(3);
        var batch = 0;
        using var detector = new FakeDetector
        {
            OnDetect = _ =>
            {
                if (batch++ == 0)
                {
                    time.Advance(TimeSpan.FromSeconds(1));
                }
                else
                {
                    started.Set();
                    allRead.Wait(TimeSpan.FromSeconds(30));
                }
            },
        };
        await using (var pipeline = new VideoPipeline([detector], [new Category(1, "person")], new PipelineOptions(), time: time))
        {
            // A camera's only frame shows that the network is slow.
            await pipeline.RunToEndAsync(
                new SourceJob("first", (_, _) => new CountingSource(_pool, 1), _ => [], FullMode.DropOldest));
            var ended = new List<Task>();
            foreach (var id in (string[])["a", "b", "c"])
            {
                // Once each: the pipeline disposes what it has closed.
                var isRead = 0;
                var source = new CountingSource(_pool, 10)
                {
                    Id = id,
                    OnDispose = () => _ = Interlocked.Exchange(ref isRead, 1) == 0 && allRead.Signal(),
                };
                ended.Add(pipeline.RunToEndAsync(
                    new SourceJob(id, (_, _) => source, _ => [_sink.ToOutput()], FullMode.DropOldest)));
                started.Wait(TimeSpan.FromSeconds(30));
            }

            await Task.WhenAll(ended);
        }

        Assert.Equal(
            [("a", 0L), ("a", 9L), ("b", 9L), ("c", 9L)],
            _sink.Results.Select(result => (result.Identity.SourceId, result.Identity.Index)).Order());
    }

    [Fact]
    public async Task RunAsync_NextBatchWaitsAlready_EmitsThisOneBeforeThatOneIsDone()
    {
        var metrics = new PipelineMetrics();
        using var written = new ManualResetEventSlim();
        _sink.OnWrite = _ => written.Set();
        var batch = 0;
        var isEarly = false;
        using var detector = new FakeDetector
        {
            OnDetect = _ =>
            {
                if (batch++ == 0)
                {
                    SpinWait.SpinUntil(() => metrics.BatchFlushes.WithLabels("full").Value == 2, TimeSpan.FromSeconds(30));
                }
                else
                {
                    isEarly = written.Wait(TimeSpan.FromSeconds(30));
                }
            },
        };
        var options = new PipelineOptions { MaxInFlight = 2 };
        await using (var pipeline = new VideoPipeline([detector], [new Category(1, "person")], options, metrics))
        {
            await pipeline.RunAsync([Job(new CountingSource(_pool, 2))], default, default);
        }

        Assert.True(isEarly);
    }

    [Fact]
    public async Task RunAsync_PoisonedFrame_FailsAloneAndIsStillEmitted()
    {
        using var detector = new FakeDetector { IsPoisoned = image => image.Size.Width == 13 };
        var result = await RunAsync(detector, 4, 10, new CountingSource(_pool, 20) { WidthOf = i => i == 6 ? 13 : 12 });
        Assert.Equal(20, _sink.Results.Count);
        var failed = Assert.Single(_sink.Results, r => r.Outcome.Status == FrameStatus.Failed);
        Assert.Equal((6, "infer: poisoned"), (failed.Identity.Index, failed.Error));
        Assert.Equal((StreamEnd.Eof, 19L, 1L), (result.Counts.End, result.Counts.Emitted, result.Counts.Failed["infer"]));
    }

    [Fact]
    public async Task RunAsync_PicturesOfDifferentSizes_AreNeverInOneBatch()
    {
        var mixed = false;
        using var detector = new FakeDetector
        {
            OnDetect = images => mixed |= images.Select(image => image.Size).Distinct().Count() > 1,
        };
        await RunAsync(detector, 8, 18, new CountingSource(_pool, 60) { WidthOf = i => 10 + (i / 7 % 3) });
        Assert.False(mixed);
        Assert.Contains(detector.Batches, size => size > 1);
        Assert.Equal(60, _sink.Results.Count);
    }

    [Fact]
    public async Task RunAsync_SourceThatBreaks_EmitsWhatCameBeforeAndSaysWhy()
    {
        using var detector = new FakeDetector();
        var result = await RunAsync(detector, 4, 10, new CountingSource(_pool, 30) { BreaksAt = 17 });
        Assert.Equal(17, _sink.Results.Count);
        Assert.Equal((StreamEnd.Error, "broken at 17"), (result.Counts.End, result.Counts.Error));
        Assert.Equal(StreamEnd.Error, _sink.Summary?.End);
    }

    [Fact]
    public async Task RunAsync_SinkThatFails_EndsItsSourceAndCountsTheRest()
    {
        _sink.OnWrite = result =>
        {
            if (result.Identity.Index == 5)
            {
                throw new EmitException("out.jsonl: cannot be written: the disk is full.");
            }
        };
        using var detector = new FakeDetector();
        var result = await RunAsync(detector, 2, 6, new CountingSource(_pool, 1000));
        Assert.Equal(
            (StreamEnd.Error, "out.jsonl: cannot be written: the disk is full."),
            (result.Counts.End, result.Counts.Error));
        Assert.Equal(5, result.Counts.Emitted);
        Assert.InRange(result.Counts.Failed["emit"], 1, 7);
        Assert.Equal(result.Counts.Decoded, result.Counts.Emitted + result.Counts.Failed["emit"]);
    }

    [Fact]
    public async Task RunAsync_JobThatCannotOpen_DoesNotStopTheOthers()
    {
        using var detector = new FakeDetector();
        await using var pipeline = CreateSut(detector, 1, 4);
        var results = await pipeline.RunAsync(
            [
                new SourceJob("bad", (_, _) => throw new DecodeException(DecodeError.Corrupt, "bad.mp4: is damaged."), _ => []),
                new SourceJob(
                    "unwritable",
                    (_, _) => new CountingSource(_pool, 3),
                    _ => throw new EmitException("no.jsonl: permission denied.")),
                new SourceJob("good", (_, _) => new CountingSource(_pool, 3), _ => [_sink.ToOutput()]),
            ],
            default,
            default);
        Assert.Equal(
            [("bad", "bad.mp4: is damaged."), ("unwritable", "no.jsonl: permission denied."), ("good", "")],
            results.Select(r => (r.Id, r.Counts.Error ?? "")));
        Assert.Equal(3, _sink.Results.Count);
    }

    [Fact]
    public async Task RunAsync_Stop_FinishesWhatIsInFlightAndCompletesOutputs()
    {
        using var stop = new CancellationTokenSource();
        _sink.OnWrite = result =>
        {
            if (result.Identity.Index == 10)
            {
                stop.Cancel();
            }
        };
        using var detector = new FakeDetector();
        await using var pipeline = CreateSut(detector, 2, 6);
        var result = Assert.Single(await pipeline.RunAsync([Job(new CountingSource(_pool, int.MaxValue))], stop.Token, default));
        Assert.Equal(StreamEnd.Stopped, result.Counts.End);
        Assert.Equal(result.Counts.Decoded, result.Counts.Emitted + result.Counts.Dropped.Values.Sum());
        Assert.Equal(StreamEnd.Stopped, _sink.Summary?.End);
        Assert.InRange(result.Counts.Emitted, 11, 18);
    }

    [Fact]
    public async Task RunAsync_Abort_EndsWithoutWaitingForTheSource()
    {
        using var stop = new CancellationTokenSource();
        using var abort = new CancellationTokenSource();
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
        await using (var pipeline = CreateSut(detector, 1, 4))
        {
            var run = pipeline.RunAsync([Job(new CountingSource(_pool, 100))], stop.Token, abort.Token);
            entered.Wait();
            await stop.CancelAsync();
            await abort.CancelAsync();
            release.Set();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        }


        // What the network had just finished may still come out; the source's other frames are not waited for.
        Assert.InRange(_sink.Results.Count, 0, 4);
        Assert.True(_sink.IsDisposed);
    }

    private async Task<SourceStatus> RunAsync(FakeDetector detector, int batchSize, int maxInFlight, IFrameSource source)
    {
        await using var pipeline = CreateSut(detector, batchSize, maxInFlight);
        return Assert.Single(await pipeline.RunAsync([Job(source)], default, default));
    }

    private static VideoPipeline CreateSut(FakeDetector detector, int batchSize, int maxInFlight)
    {
        var options = new PipelineOptions { BatchSize = batchSize, MaxInFlight = maxInFlight, Workers = 4 };
        return new VideoPipeline([detector], [new Category(1, "person")], options);
    }

    private SourceJob Job(IFrameSource source)
    {
        return new SourceJob("s", (_, _) => source, _ => [_sink.ToOutput()]);
    }

    private sealed class CountingSource(PixelPool pool, int frames) : IFrameSource
    {
        private int _next;

        public Func<int, int> WidthOf { get; init; } = _ => 4;

        public string Id { get; init; } = "s";

        public int BreaksAt { get; init; } = int.MaxValue;

        public Action OnDispose { get; init; } = () => { };

        public SourceInfo Info { get; } = new("s", "counting", new ImageSize(2, 4), null, frames);

        public Frame? Read(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_next == BreaksAt)
            {
                throw new DecodeException(DecodeError.Corrupt, $"broken at {_next}");
            }

            if (_next == frames)
            {
                return null;
            }

            var pixels = pool.Rent(new ImageSize(2, WidthOf(_next)));
            var identity = new FrameIdentity(Id, 0, _next++, TimeSpan.Zero, PtsOrigin.Estimated, DateTimeOffset.UnixEpoch);
            return new Frame(identity, pixels);
        }

        public void Dispose()
        {
            _next = frames;
            OnDispose();
        }
    }

    private sealed class RecordingSink : IFrameSink
    {
        public string Target => "memory";

        public List<FrameResult> Results { get; } = [];

        public Action<FrameResult> OnWrite { get; set; } = _ => { };

        public StreamSummary? Summary { get; private set; }

        public bool IsDisposed { get; private set; }

        public void Write(OutputFrame frame)
        {
            var result = frame.Result;
            Assert.Equal(result.Identity, frame.Frame.Identity);
            Assert.NotEqual(0, frame.Frame.Pixels.Address);
            OnWrite(result);
            lock (Results)
            {
                Results.Add(result);
            }
        }

        public void Complete(StreamSummary summary)
        {
            Summary = summary;
        }

        public void Dispose()
        {
            IsDisposed = true;
        }
    }
}
