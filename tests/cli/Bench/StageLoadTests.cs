using Microsoft.Extensions.Time.Testing;
using Streaming.Cli.Bench;
using Streaming.Cli.Measuring;
using Streaming.Model.Structures;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

namespace Streaming.Cli.Tests.Bench;

/// <summary>What a benchmark names as its limit.</summary>
public sealed class StageLoadTests
{
    [Theory]
    [InlineData("decode", 98, 10, 40, 10, 5)]
    [InlineData("preprocess", 20, 190, 40, 10, 5)]
    [InlineData("infer", 90, 10, 99, 10, 5)]
    [InlineData("postprocess", 20, 10, 40, 199, 5)]
    [InlineData("emit", 20, 10, 40, 10, 97)]
    public void Limit_OneStageIsBusiest_IsThatStage(
        string expected, double decode, double preprocess, double infer, double postprocess, double emit)
    {
        // Ten frames of which each took so many milliseconds, in a second; two workers.
        var times = new StageTimes();
        for (var i = 0; i < 10; i++)
        {
            times.Decode.Add(TimeSpan.FromMilliseconds(decode));
            times.Add(
                new FrameTimings(
                    TimeSpan.Zero, TimeSpan.FromMilliseconds(preprocess), TimeSpan.Zero, TimeSpan.FromMilliseconds(infer),
                    TimeSpan.FromMilliseconds(postprocess), TimeSpan.Zero),
                TimeSpan.FromMilliseconds(emit));
        }

        var load = StageLoad.Of(times, 1, streams: 1, devices: 1, workers: 2, meanBatch: 1);
        Assert.Equal(expected, StageLoad.Limit(load, null, 10));
        // Sources with a rate that the pipeline does not reach: decoding may be the cause as well as anything else.
        Assert.Equal(expected, StageLoad.Limit(load, 25, 10));
        Assert.Equal(StageLoad.Sources, StageLoad.Limit(load, 10, 10));
        Assert.All(StageLoad.Show(load).Values, share => Assert.InRange(share, 0, 1));
    }

    [Fact]
    public async Task Source_WithARate_CountsDecodingWithoutTheWaitForATurn()
    {
        var time = new FakeTimeProvider();
        using var pool = new PixelPool();
        var decoded = new List<TimeSpan>();
        using var source = new BenchSource(() => new SlowSource(pool, time), 10, time, decoded.Add);
        for (var i = 0; i < 3; i++)
        {
            var read = Task.Run(() => source.Read(default)!);
            while (!read.IsCompleted)
            {
                // Only while the source waits: what passes while it decodes would count as decoding.
                if (decoded.Count > i)
                {
                    time.Advance(TimeSpan.FromMilliseconds(1));
                }

                Thread.Yield();
            }

            (await read).Dispose();
        }

        // At ten frames a second the second and third frame waited for most of a tenth of a second.
        Assert.True(time.GetUtcNow() - time.Start >= TimeSpan.FromMilliseconds(200));
        Assert.Equal(Enumerable.Repeat(TimeSpan.FromMilliseconds(5), 3), decoded);
    }

    /// <summary>A frame takes five milliseconds.</summary>
    private sealed class SlowSource(PixelPool pool, FakeTimeProvider time) : IFrameSource
    {
        private static readonly ImageSize Size = new(2, 2);
        private int _next;

        public SourceInfo Info { get; } = new("slow", "slow", Size, new FrameRate(10, 1), null);

        public Frame? Read(CancellationToken cancellationToken)
        {
            time.Advance(TimeSpan.FromMilliseconds(5));
            var identity = new FrameIdentity("slow", 0, _next++, TimeSpan.Zero, PtsOrigin.Estimated, default);
            return new Frame(identity, pool.Rent(Size));
        }

        public void Dispose()
        {
            // Nothing is open.
        }
    }
}
