using Streaming.Config.Run;
using Streaming.Config.Zoo;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Tests;

public sealed class SourceJobTests : IDisposable
{
    private readonly PixelPool _pool = new();

    public void Dispose()
    {
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
    }

    [Theory]
    [InlineData("video.mp4", FullMode.Wait)]
    [InlineData("synthetic:64x48*3", FullMode.Wait)]
    [InlineData("synthetic:64x48@25", FullMode.DropOldest)]
    [InlineData("rtsp://127.0.0.1/camera", FullMode.DropOldest)]
    public void ForLocation_FileOrCamera_WaitsOrKeepsTheNewest(string location, FullMode expected)
    {
        Assert.Equal(expected, SourceJob.ForLocation("s", location, _pool, _ => []).FullMode);
    }

    [Fact]
    public async Task ForLocation_SourceWithFrames_BringsThemAllToItsOutputs()
    {
        using var detector = new FakeDetector();
        using var sink = new IndexSink();
        var job = SourceJob.ForLocation("own-name", "synthetic:64x48*3", _pool, _ => [sink.ToOutput()]);
        await using (var pipeline = new VideoPipeline([detector], [new Category(1, "person")], new PipelineOptions()))
        {
            var status = await (await pipeline.AddAsync(job)).Completion;
            Assert.Equal(("own-name", 3L, null), (status.Info!.Id, status.Counts.Emitted, status.LastError));
        }

        Assert.Equal([0L, 1, 2], sink.Indices);
    }

    private sealed class IndexSink : IFrameSink
    {
        public List<long> Indices { get; } = [];

        public string Target => "memory";

        public void Write(OutputFrame frame)
        {
            Indices.Add(frame.Result.Identity.Index);
        }

        public void Complete(StreamSummary summary)
        {
            // Nothing to finish.
        }

        public void Dispose()
        {
            // Nothing to free.
        }
    }
}
