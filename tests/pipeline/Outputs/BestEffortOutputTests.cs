using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Streaming.Model.Structures;
using Streaming.Pipeline.Outputs;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Tests.Outputs;

/// <summary>An output that may lose frames: it holds nothing up, counts what it gives up, and comes back.</summary>
public sealed class BestEffortOutputTests : IDisposable
{
    private static readonly StreamSummary Summary =
        new(StreamEnd.Eof, null, 0, 0, new Dictionary<string, long>(), new Dictionary<string, long>());

    private readonly PixelPool _pool = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Counts _counts = new();

    public void Dispose()
    {
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
    }

    [Fact]
    public async Task Offer_OutputHangs_TakesNewFramesAndGivesUpTheOldest()
    {
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var sink = new MemorySink
        {
            OnWrite = _ =>
            {
                entered.Set();
                release.Wait();
            },
        };
        await using var sut = CreateSut(() => sink);
        Offer(sut, 0);
        entered.Wait();
        for (var i = 1; i <= 40; i++)
        {
            Offer(sut, i);
        }

        Assert.Equal(8, _counts.GivenUp["queue_full"]);
        release.Set();
        await sut.CompleteAsync(Summary);
        Assert.Equal([0, .. Enumerable.Range(9, 32).Select(i => (long)i)], sink.Written);
        Assert.True(sink.IsComplete);
    }

    [Fact]
    public async Task Offer_OutputFails_IsReopenedAfterAPauseAndCountsWhatIsLost()
    {
        var sinks = new List<MemorySink>();
        using var written = new SemaphoreSlim(0);
        await using var sut = CreateSut(() =>
        {
            // The second attempt cannot even be opened.
            if (sinks.Count == 1)
            {
                sinks.Add(new MemorySink());
                throw new EmitException("still away");
            }

            sinks.Add(new MemorySink { OnWrite = index => _ = index == 1 ? throw new EmitException("gone") : written.Release() });
            return sinks[^1];
        });
        async Task OfferAndWaitAsync(long index, bool isLost)
        {
            Offer(sut, index);
            await (isLost ? _counts.Lost : written).WaitAsync();
        }

        await OfferAndWaitAsync(0, isLost: false);
        await OfferAndWaitAsync(1, isLost: true);
        // Too early.
        await OfferAndWaitAsync(2, isLost: true);
        _time.Advance(TimeSpan.FromSeconds(1));
        await OfferAndWaitAsync(3, isLost: true);
        _time.Advance(TimeSpan.FromSeconds(1));
        await OfferAndWaitAsync(4, isLost: true);
        _time.Advance(TimeSpan.FromSeconds(3));
        await OfferAndWaitAsync(5, isLost: false);
        await sut.CompleteAsync(Summary);
        Assert.Equal((3, 2), (sinks.Count, _counts.Failures));
        Assert.Equal(4, _counts.GivenUp["output_failed"]);
        Assert.Equal([5], sinks[2].Written);
        Assert.True(sinks[0].IsDisposed && sinks[2].IsDisposed && sinks[2].IsComplete);
    }

    [Fact]
    public async Task CompleteAsync_OutputHangs_GivesUpAfterAWhile()
    {
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var sink = new MemorySink
        {
            OnWrite = _ =>
            {
                entered.Set();
                release.Wait();
            },
        };
        await using var sut = CreateSut(() => sink);
        Offer(sut, 0);
        entered.Wait();
        Offer(sut, 1);
        var completing = sut.CompleteAsync(Summary);
        _time.Advance(TimeSpan.FromSeconds(5));
        await completing;
        release.Set();
        await sut.DisposeAsync();
        Assert.Equal([0], sink.Written);
        Assert.Equal((1L, false), (_counts.GivenUp["too_late"], sink.IsComplete));
        Assert.True(sink.IsDisposed);
    }

    private void Offer(BestEffortOutput output, long index)
    {
        var size = new ImageSize(2, 4);
        var identity = new FrameIdentity("s", 0, index, TimeSpan.Zero, PtsOrigin.Estimated, DateTimeOffset.UnixEpoch);
        var result = new FrameResult(identity, size, []);
        using var frame = new OutputFrame(new Frame(identity, _pool.Rent(size)), result);
        output.Offer(frame);
    }

    private BestEffortOutput CreateSut(Func<IFrameSink> open)
    {
        var output = new Output("memory", open) { Delivery = Delivery.BestEffort };
        return new BestEffortOutput("s", output, _counts, _time, NullLogger.Instance);
    }

    private sealed class Counts : IOutputObserver
    {
        public SemaphoreSlim Lost { get; } = new(0);

        public Dictionary<string, long> GivenUp { get; } = [];

        public int Failures { get; private set; }

        public void Written(string kind)
        {
            // The sink knows.
        }

        public void Failed(string kind)
        {
            Failures++;
        }

        public void GaveUp(string kind, string reason, long frames)
        {
            GivenUp[reason] = GivenUp.GetValueOrDefault(reason) + frames;
            Lost.Release();
        }

        public void Delivered(TimeSpan duration)
        {
            // Of required outputs.
        }
    }

    private sealed class MemorySink : IFrameSink
    {
        public string Target => "memory";

        public Action<long> OnWrite { get; init; } = _ => { };

        public List<long> Written { get; } = [];

        public bool IsComplete { get; private set; }

        public bool IsDisposed { get; private set; }

        public void Write(OutputFrame frame)
        {
            Assert.NotEqual(0, frame.Frame.Pixels.Address);
            OnWrite(frame.Result.Identity.Index);
            Written.Add(frame.Result.Identity.Index);
        }

        public void Complete(StreamSummary summary)
        {
            IsComplete = true;
        }

        public void Dispose()
        {
            IsDisposed = true;
        }
    }
}
