using Streaming.Config.Zoo;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Tests.Outputs;

/// <summary>A best-effort output looks at a frame when everybody else is done with it: the pixels must still be there.</summary>
public sealed class BestEffortPixelsTests
{
    [Fact]
    public async Task Write_LongAfterTheFrameLeftThePipeline_ThePixelsAreThere()
    {
        using var pool = new PixelPool();
        using var detector = new FakeDetector();
        using var ended = new ManualResetEventSlim();
        var (late, last) = (new LateSink(ended), new LastSink(ended));
        var options = new PipelineOptions { BatchSize = 1 };
        await using (var pipeline = new VideoPipeline([detector], [new Category(1, "person")], options))
        {
            await pipeline.RunToEndAsync(new SourceJob(
                "s",
                (_, _) => new CountedSource(pool, 10, _ => 4),
                _ => [last.ToOutput(), late.ToOutput() with { Delivery = Delivery.BestEffort }]));
        }

        Assert.Equal(10, late.Read);
        Assert.Equal(0, pool.Live);
    }

    /// <summary>Says when every frame has been written.</summary>
    private sealed class LastSink(ManualResetEventSlim ended) : IFrameSink
    {
        public string Target => "last";

        public void Write(OutputFrame frame)
        {
            // Only the end counts.
        }

        public void Complete(StreamSummary summary)
        {
            ended.Set();
        }

        public void Dispose()
        {
            // Nothing stays open.
        }
    }

    private sealed class LateSink(ManualResetEventSlim ended) : IFrameSink
    {
        public int Read { get; private set; }

        public string Target => "late";

        public void Write(OutputFrame frame)
        {
            ended.Wait();
            _ = frame.Frame.Pixels.View;
            Read++;
        }

        public void Complete(StreamSummary summary)
        {
            // Nothing to finish.
        }

        public void Dispose()
        {
            // Nothing stays open.
        }
    }
}
