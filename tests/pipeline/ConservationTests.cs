using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Streaming.Config.Run;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Stages.Hooks;

namespace Streaming.Pipeline.Tests;

/// <summary>
/// Seeded random runs over the real graph: sources of every kind that break, sinks that fail, poisoned frames, sources added and
/// removed on the way, stops and aborts at random moments. After each run every frame is accounted for, order was kept and every
/// buffer came back.
/// </summary>
public sealed class ConservationTests
{
    private const int Runs = 2000;

    /// <summary>Every seed that ever failed, so that it never does again.</summary>
    private static readonly int[] OnceFailed = [62, 141, 235, 308, 341, 474, 567, 1185, 1364, 1836];

    [Fact]
    public async Task RandomRuns_EveryFrameIsAccountedForInOrder()
    {
        var seeds = new ConcurrentQueue<int>([.. OnceFailed, .. Enumerable.Range(1, Runs)]);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (seeds.TryDequeue(out var seed))
            {
                await RunAsync(seed).WaitAsync(TimeSpan.FromSeconds(30));
            }
        })));
    }

    private static async Task RunAsync(int seed)
    {
        var random = new Random(seed);
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(random.Next(0, 5)) };
        using var pool = new PixelPool();
        using var detector = new FakeDetector
        {
            IsPoisoned = image => image.OriginalSize.Height == 3,
            MaxBatch = random.Next(1, 10),
        };
        var batchSize = random.Next(1, 9);
        // Of its own, so that the seeds that are kept still mean what they meant.
        var live = new Random(~seed);
        var options = new PipelineOptions
        {
            BatchSize = batchSize,
            MaxInFlight = batchSize + random.Next(0, 6),
            MaxBatchDelay = TimeSpan.FromMilliseconds(random.Next(0, 40)),
            Workers = random.Next(1, 5),
            MaxInFlightLive = live.Next(2) == 0 ? null : live.Next(1, batchSize + 1),
        };
        var sinks = new List<CheckingSink>();
        var gates = new Dictionary<string, CountingGate>(StringComparer.Ordinal);
        var ended = new List<Task<SourceStatus>>();
        var aborts = random.Next(6) == 0;
        await using (var pipeline = new VideoPipeline([detector], [new Category(1, "person")], options, time: time))
        {
            // Whoever waits for a batch to fill waits on the clock.
            using var ticking = new CancellationTokenSource();
            var clock = Task.Run(() =>
            {
                while (!ticking.IsCancellationRequested)
                {
                    time.Advance(TimeSpan.FromMilliseconds(10));
                    Thread.Yield();
                }
            });
            for (var i = random.Next(1, 7); i > 0; i--)
            {
                // Drawn here: the source's own thread runs when it likes, and a seed must say all.
                var source = new RandomSource($"s{i}", pool, random);
                var (sink, mode) = (new CheckingSink(random), (FullMode)random.Next(3));
                var isClosed = random.Next(20) == 0;
                var gate = live.Next(3) == 0 ? gates[$"s{i}"] = new CountingGate(live.Next()) : null;
                sinks.Add(sink);
                ended.Add(pipeline.RunToEndAsync(new SourceJob(
                    $"s{i}",
                    (_, _) => isClosed ? throw new DecodeException(DecodeError.Corrupt, "closed") : source,
                    _ => [sink.ToOutput()],
                    mode)
                {
                    MaxFps = random.Next(4) == 0 ? 500 : null,
                    CreateGate = gate is null ? null : _ => gate,
                }));
                if (random.Next(3) == 0)
                {
                    // Some are only stopped, others are taken out with all that is known of them.
                    var id = $"s{random.Next(1, 7)}";
                    if (random.Next(2) == 0)
                    {
                        pipeline.Stop(id);
                    }
                    else
                    {
                        _ = pipeline.RemoveAsync(id);
                    }

                }
            }

            if (aborts)
            {
                pipeline.Abort();
            }
            else if (random.Next(3) == 0)
            {
                await pipeline.StopAsync();
            }

            Task all = Task.WhenAll(ended);
            await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            await ticking.CancelAsync();
            await clock;
        }

        foreach (var end in ended)
        {
            Assert.True(
                end.IsCompletedSuccessfully || (aborts && end.IsCanceled),
                $"seed {seed}: {end.Exception?.GetBaseException()}");
            if (end.IsCompletedSuccessfully)
            {
                var counts = end.Result.Counts;
                Assert.True(
                    counts.Decoded == counts.Emitted + counts.Dropped.Values.Sum() + counts.Failed.Values.Sum(),
                    $"seed {seed}: {end.Result.Id} lost frames");
                var held = gates.GetValueOrDefault(end.Result.Id)?.Held ?? 0;
                Assert.True(
                    counts.Gated <= held && held - counts.Gated <= counts.Dropped.Values.Sum() + counts.Failed.Values.Sum(),
                    $"seed {seed}: {end.Result.Id}: {held} frames were held back, {counts.Gated} counted");
            }
        }

        Assert.All(sinks, sink => Assert.True(sink.IsInOrder, $"seed {seed}: order"));
        Assert.True(pool.Live == 0, $"seed {seed}: {pool.Live} buffers did not come back");
    }

    private sealed class RandomSource : IFrameSource
    {
        private readonly PixelPool _pool;
        private readonly string _id;
        private readonly int _frames;
        private readonly int _breaksAt;
        private readonly int _changesAt;
        private readonly int _poisonedAt;
        private int _next;

        public RandomSource(string id, PixelPool pool, Random random)
        {
            (_id, _pool, _frames) = (id, pool, random.Next(0, 60));
            _breaksAt = random.Next(4) == 0 ? random.Next(60) : -1;
            _changesAt = random.Next(3) == 0 ? random.Next(60) : -1;
            _poisonedAt = random.Next(3) == 0 ? random.Next(60) : -1;
            Info = new SourceInfo(id, "random", new ImageSize(2, 4), null, _frames);
        }

        public SourceInfo Info { get; }

        public Frame? Read(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_next == _breaksAt)
            {
                throw new DecodeException(DecodeError.Corrupt, "broken");
            }

            if (_next >= _frames)
            {
                return null;
            }

            var size = new ImageSize(_next == _poisonedAt ? 3 : 2, _changesAt >= 0 && _next >= _changesAt ? 6 : 4);
            var identity = new FrameIdentity(_id, 0, _next++, TimeSpan.Zero, PtsOrigin.Estimated, DateTimeOffset.UnixEpoch);
            return new Frame(identity, _pool.Rent(size));
        }

        public void Dispose()
        {
            _next = _frames;
        }
    }

    /// <summary>Holds back half of the frames, as its seed says.</summary>
    private sealed class CountingGate(int seed) : IInferenceGate
    {
        private readonly Random _random = new(seed);

        public int Held { get; private set; }

        public bool Wants(Frame frame)
        {
            var isHeld = _random.Next(2) == 0;
            Held += isHeld ? 1 : 0;
            return !isHeld;
        }

        public void Dispose()
        {
            // Holds nothing.
        }
    }

    private sealed class CheckingSink(Random random) : IFrameSink
    {
        private readonly int _failsAt = random.Next(4) == 0 ? random.Next(60) : -1;
        private long _last = -1;
        private int _written;

        public string Target => "check";

        public bool IsInOrder { get; private set; } = true;

        public void Write(OutputFrame frame)
        {
            var result = frame.Result;
            if (_written++ == _failsAt)
            {
                throw new EmitException("full");
            }

            IsInOrder &= result.Identity.Index > _last;
            _last = result.Identity.Index;
        }

        public void Complete(StreamSummary summary)
        {
            IsInOrder &= summary.Decoded >= _written - 1;
        }

        public void Dispose()
        {
            // Nothing stays open.
        }
    }
}
