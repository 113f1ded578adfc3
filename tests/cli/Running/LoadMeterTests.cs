using Microsoft.Extensions.Time.Testing;
using Streaming.Cli.Running;
using Streaming.Config.Zoo;
using Streaming.Pipeline;
using Streaming.Pipeline.Metrics;

namespace Streaming.Cli.Tests.Running;

/// <summary>How busy the stages are, from what was counted of them.</summary>
public sealed class LoadMeterTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly PipelineMetrics _metrics = new();
    private readonly FakeDetector _detector = new();
    private readonly VideoPipeline _pipeline;
    private readonly LoadMeter _meter;

    public LoadMeterTests()
    {
        _pipeline = new VideoPipeline([_detector], [new Category(1, "person")], new PipelineOptions(), _metrics, _time);
        _meter = new LoadMeter(_pipeline, workers: 4, devices: 2, _time);
    }

    public async ValueTask DisposeAsync()
    {
        _meter.Dispose();
        await _pipeline.DisposeAsync();
        _detector.Dispose();
    }

    [Fact]
    public void Read_BeforeTheFirstInterval_KnowsNothingYet()
    {
        Assert.All(_meter.Read(), stage => Assert.Equal((null, false), (stage.Load, stage.Limit)));
        Assert.Null(_meter.MeanBatch);
        var queues = _meter.Read().Where(stage => stage.Queue == 0);
        Assert.Equal(["preprocess", "infer", "postprocess"], queues.Select(stage => stage.Name));
    }

    [Fact]
    public void Read_OneStageIsBusy_IsTheLimit_UntilItIsIdle()
    {
        Work("decode", 1);
        Work("preprocess", 10);
        Work("infer", 9.5);
        Work("emit", 0.5);
        _metrics.InferenceBatches.Inc(4);
        _metrics.Inferences.Inc(10);
        _time.Advance(LoadMeter.Interval);
        Assert.Equal(
            ["decode 0.2 False", "preprocess 0.5 False", "infer 0.95 True", "postprocess 0 False", "emit 0.1 False"], Shown());
        Assert.Equal(2.5, _meter.MeanBatch);
        Work("preprocess", 2);
        _time.Advance(LoadMeter.Interval);
        Assert.Equal(
            ["decode 0 False", "preprocess 0.1 False", "infer 0 False", "postprocess 0 False", "emit 0 False"], Shown());
        Assert.Null(_meter.MeanBatch);
    }

    private void Work(string stage, double seconds)
    {
        _metrics.StageDuration.WithLabels(stage).Observe(seconds);
    }

    private IEnumerable<string> Shown()
    {
        return _meter.Read().Select(stage => FormattableString.Invariant($"{stage.Name} {stage.Load} {stage.Limit}"));
    }
}
