using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Stages.Hooks;

namespace Streaming.Pipeline.Tests.Hooks;

/// <summary>The two doors through which a source's frames pass in order: before the network, and before the outputs.</summary>
public sealed class HookTests : IDisposable
{
    private readonly PixelPool _pool = new();
    private readonly FakeDetector _detector = new();
    private readonly ResultSink _sink = new();

    public void Dispose()
    {
        _detector.Dispose();
        Assert.Equal(0, _pool.Live);
        _pool.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Gate_SkipsFrames_TheyFlowInOrderWithoutTheNetwork(int batchSize)
    {
        using var gate = new EveryThird();
        var status = await RunAsync(batchSize, job => job with { CreateGate = _ => gate });
        Assert.Equal(Enumerable.Range(0, 60).Select(i => (long)i), _sink.Results.Select(result => result.Identity.Index));
        Assert.All(_sink.Results, result => Assert.Equal(result.Identity.Index % 3 != 0, result.IsGated));
        Assert.All(_sink.Results, result => Assert.Equal(result.IsGated ? 0 : 1, result.Detections.Count));
        Assert.Equal(20, _detector.Batches.Sum());
        Assert.Equal((60L, 40L, StreamEnd.Eof), (status.Counts.Emitted, status.Counts.Gated, status.Counts.End));
        Assert.Equal(Enumerable.Range(0, 60).Select(i => (long)i), gate.Seen);
        Assert.True(gate.IsDisposed);
    }

    [Fact]
    public async Task Gate_Throws_FailsThatFrameAlone()
    {
        using var gate = new EveryThird { FailsAt = 7 };
        var status = await RunAsync(2, job => job with { CreateGate = _ => gate });
        var failed = Assert.Single(_sink.Results, result => result.Outcome.Status == FrameStatus.Failed);
        Assert.Equal((7L, "gate"), (failed.Identity.Index, failed.Outcome.Reason));
        Assert.Equal((59L, 1L), (status.Counts.Emitted, status.Counts.Failed["gate"]));
    }

    [Fact]
    public async Task Hooks_ChangeResults_OneAfterTheOtherBeforeTheOutputs()
    {
        using var numbers = new Numbering(1);
        using var more = new Numbering(1000);
        await RunAsync(3, job => job with { CreateHooks = _ => [numbers, more] });
        Assert.Equal(
            Enumerable.Range(0, 60).Select(i => (long?)(1000 + i)),
            _sink.Results.Select(result => result.Detections[0].Track?.Id));
        Assert.True(numbers.IsDisposed && more.IsDisposed);
    }

    [Fact]
    public async Task Hook_Throws_FailsThatFrameAndGoesOn()
    {
        using var hook = new Numbering(1) { FailsAt = 5 };
        var status = await RunAsync(2, job => job with { CreateHooks = _ => [hook] });
        Assert.Equal(60, _sink.Results.Count);
        Assert.Equal(("hook", 5L), Assert.Single(_sink.Results.Where(result => result.Outcome.Status == FrameStatus.Failed)
            .Select(result => (result.Outcome.Reason, result.Identity.Index))));
        Assert.Equal(1, status.Counts.Failed["hook"]);
    }

    [Fact]
    public async Task Hook_RunThatResumes_IsShownWhatWasRecordedAndGoesOnFromThere()
    {
        using var folder = new TempFolder();
        var path = folder.File("s.jsonl");
        await RunAsync(1, job => Recorded(job, path, null, 25));
        var earlier = RecordedStream.Find(path)!;
        await RunAsync(1, job => Recorded(job, path, earlier, 60));
        var results = RecordedStream.Find(path)!.Frames(Run.Categories).ToArray();
        Assert.Equal(Enumerable.Range(0, 60).Select(i => (long)i), results.Select(result => result.Identity.Index));
        Assert.Equal(Enumerable.Range(0, 60).Select(i => (long?)i), results.Select(result => result.Detections[0].Track?.Id));
    }

    private static RunInfo Run { get; } =
        new("run-1", DateTimeOffset.UnixEpoch, "tiny", "tiny.pkl", null, "fp32", 0.05, false, [new Category(1, "person")]);

    private SourceJob Recorded(SourceJob job, string path, RecordedStream? earlier, int frames)
    {
        return job with
        {
            Open = (_, _) => new CountedSource(_pool, frames, _ => 4) { First = (int)(earlier?.NextIndex ?? 0) },
            CreateOutputs = info => [new Output("jsonl", () => new JsonLinesSink(path, Run, info, earlier))],
            CreateHooks = _ => [new Numbering(1)],
            Earlier = earlier,
        };
    }

    private async Task<SourceStatus> RunAsync(int batchSize, Func<SourceJob, SourceJob> change)
    {
        var options = new PipelineOptions
        {
            BatchSize = batchSize,
            MaxInFlight = (2 * batchSize) + 2,
            MaxBatchDelay = TimeSpan.Zero,
        };
        await using var pipeline = new VideoPipeline([_detector], [new Category(1, "person")], options);
        return await pipeline.RunToEndAsync(change(
            new SourceJob("s", (_, _) => new CountedSource(_pool, 60, _ => 4), _ => [_sink.ToOutput()])));
    }

    private sealed class EveryThird : IInferenceGate
    {
        public int FailsAt { get; init; } = -1;

        public List<long> Seen { get; } = [];

        public bool IsDisposed { get; private set; }

        public bool Wants(Frame frame)
        {
            Seen.Add(frame.Identity.Index);
            return frame.Identity.Index != FailsAt
                ? frame.Identity.Index % 3 == 0
                : throw new InvalidOperationException("broken");
        }

        public void Dispose()
        {
            IsDisposed = true;
        }
    }

    private sealed class Numbering(int factor) : IResultHook
    {
        private int _next;

        public int FailsAt { get; init; } = -1;

        public bool IsDisposed { get; private set; }

        public FrameResult Apply(Frame frame, FrameResult result)
        {
            if (_next == FailsAt)
            {
                _next++;
                throw new InvalidOperationException("broken");
            }

            var number = (factor == 1 ? 0 : factor) + _next++;
            var track = new TrackInfo(number, TimeSpan.Zero, 1);
            return result with { Detections = [.. result.Detections.Select(detection => detection with { Track = track })] };
        }

        public void Recall(FrameResult recorded)
        {
            _next = (int)recorded.Detections[0].Track!.Id + 1;
        }

        public void Dispose()
        {
            IsDisposed = true;
        }
    }

    private sealed class ResultSink : IFrameSink
    {
        public string Target => "memory";

        public List<FrameResult> Results { get; } = [];

        public void Write(OutputFrame frame)
        {
            Results.Add(frame.Result);
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
