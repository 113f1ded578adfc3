using Streaming.Config.Zoo;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Tests;

/// <summary>Sources that are added, stopped and removed at any moment, and whose errors stay their own.</summary>
public sealed class SourceHandleTests : IDisposable
{
    private readonly PixelPool _pool = new();
    private readonly FakeDetector _detector = new();

    public void Dispose()
    {
        _detector.Dispose();
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
    }

    [Fact]
    public async Task AddAsync_SourceThatOpensLate_CompletesWhenItRuns()
    {
        using var open = new ManualResetEventSlim();
        await using var pipeline = CreateSut();
        var adding = pipeline.AddAsync(Job("s", () =>
        {
            open.Wait();
            return new CountedSource(_pool, 3, _ => 4);
        }));
        var early = Assert.Single(pipeline.Sources);
        Assert.Equal((SourceState.Opening, false), (early.Status.State, adding.IsCompleted));
        open.Set();
        var handle = await adding;
        Assert.Same(early, handle);
        var status = await handle.Completion;
        Assert.Equal((SourceState.Ended, 3L, StreamEnd.Eof), (status.State, status.Counts.Emitted, status.Counts.End));
        Assert.Equivalent(status, handle.Status, strict: true);
    }

    [Fact]
    public async Task AddAsync_SourceThatCannotOpen_GivesAHandleThatSaysWhy()
    {
        await using var pipeline = CreateSut();
        var handle = await pipeline.AddAsync(
            Job("s", () => throw new DecodeException(DecodeError.NotFound, "s: there is no such file.")));
        var status = await handle.Completion;
        Assert.Equal((SourceState.Failed, "s: there is no such file."), (status.State, status.LastError));
    }

    [Fact]
    public async Task Read_ExceptionOfAnyKind_IsThatSourcesErrorAndStopsNobodyElse()
    {
        await using var pipeline = CreateSut();
        var bad = await pipeline.AddAsync(
            Job("bad", () => new CountedSource(_pool, 9, i => i < 4 ? 4 : throw new OverflowException("too large"))));
        var worse = await pipeline.AddAsync(Job("worse", () => throw new OverflowException("cannot open")));
        var good = await pipeline.AddAsync(Job("good", () => new CountedSource(_pool, 9, _ => 4)));
        Assert.Equal("bad: failed unexpectedly: too large", (await bad.Completion).LastError);
        Assert.Equal(4, bad.Status.Counts.Emitted);
        Assert.Equal("worse: failed unexpectedly: cannot open", (await worse.Completion).LastError);
        Assert.Equal((SourceState.Ended, 9L), ((await good.Completion).State, good.Status.Counts.Emitted));
    }

    [Fact]
    public async Task RemoveAsync_WhileTheSourceIsBeingAdded_WaitsForItsEnd()
    {
        await using var pipeline = CreateSut();
        for (var i = 0; i < 200; i++)
        {
            var adding = Task.Run(() => pipeline.AddAsync(Job("s", () => new CountedSource(_pool, 5, _ => 4))));
            SourceStatus? removed = null;
            while (removed is null)
            {
                removed = await pipeline.RemoveAsync("s");
            }

            Assert.True(removed.HasEnded);
            await (await adding).Completion;
            Assert.Empty(pipeline.Sources);
        }
    }

    [Fact]
    public async Task DisposeAsync_WhileASourceIsBeingAdded_WaitsForItOrRefusesIt()
    {
        for (var i = 0; i < 200; i++)
        {
            var pipeline = CreateSut();
            var adding = Task.Run(() => pipeline.AddAsync(Job("s", () => new CountedSource(_pool, int.MaxValue, _ => 4))));
            await pipeline.DisposeAsync();
            try
            {
                var handle = await adding;
                Assert.True(handle.Completion.IsCompleted);
            }
            catch (ObjectDisposedException)
            {
                // It came too late.
            }

            Assert.Equal(0, _pool.Live);
        }
    }

    /// <summary>Nothing interrupts the network; a program that ends at once must not wait for it.</summary>
    [Fact]
    public async Task AbandonAsync_WhileTheNetworkIsBusy_ClosesTheOutputsWithoutWaitingForIt()
    {
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
        var sink = new ClosedSink();
        var pipeline = new VideoPipeline([detector], [new Category(1, "person")], new PipelineOptions());
        var handle = await pipeline.AddAsync(
            new SourceJob("s", (_, _) => new CountedSource(_pool, 9, _ => 4), _ => [sink.ToOutput()]));
        entered.Wait();
        await pipeline.AbandonAsync();
        Assert.Equal((1, 0), (sink.Closed, sink.Written));
        release.Set();
        await pipeline.DisposeAsync();
        // What the network still gave ended too, and nothing was closed twice.
        Assert.Equal((1, 0), (sink.Closed, sink.Written));
        Assert.Equal(TaskStatus.Canceled, handle.Completion.Status);
        var counts = handle.Status.Counts;
        Assert.Equal(counts.Decoded, counts.Dropped.Values.Sum());
    }

    [Fact]
    public async Task Stop_WhileOpening_EndsTheSourceWithoutAnError()
    {
        await using var pipeline = CreateSut();
        var adding = pipeline.AddAsync(new SourceJob(
            "s",
            (_, cancellation) =>
            {
                cancellation.WaitHandle.WaitOne();
                cancellation.ThrowIfCancellationRequested();
                throw new InvalidOperationException();
            },
            _ => []));
        pipeline.Sources[0].Stop();
        var status = await (await adding).Completion;
        Assert.Equal((SourceState.Ended, StreamEnd.Stopped, (string?)null), (status.State, status.Counts.End, status.LastError));
    }

    private VideoPipeline CreateSut()
    {
        return new VideoPipeline([_detector], [new Category(1, "person")], new PipelineOptions());
    }

    private static SourceJob Job(string id, Func<IFrameSource> open)
    {
        return new SourceJob(id, (_, _) => open(), _ => []);
    }

    private sealed class ClosedSink : IFrameSink
    {
        public int Closed { get; private set; }

        public int Written { get; private set; }

        public string Target => "memory";

        public void Write(OutputFrame frame)
        {
            Written++;
        }

        public void Complete(StreamSummary summary)
        {
            // Nothing to finish.
        }

        public void Dispose()
        {
            Closed++;
        }
    }
}
