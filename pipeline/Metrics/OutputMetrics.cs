using System.Collections.Concurrent;
using Prometheus;
using Streaming.Pipeline.Outputs;

namespace Streaming.Pipeline.Metrics;

/// <summary>Counts what outputs do, by kind. Series are looked up once: counting a frame costs an addition.</summary>
internal sealed class OutputMetrics(PipelineMetrics metrics) : IOutputObserver
{
    private readonly ConcurrentDictionary<string, Counter.Child> _records = new(StringComparer.Ordinal);
    private readonly Histogram.Child _duration = metrics.StageDuration.WithLabels("emit");

    public void Written(string kind)
    {
        _records.GetOrAdd(kind, static (kind, family) => family.WithLabels(kind), metrics.SinkRecords).Inc();
    }

    public void Failed(string kind)
    {
        metrics.SinkErrors.WithLabels(kind).Inc();
    }

    public void GaveUp(string kind, string reason, long frames)
    {
        metrics.SinkDropped.WithLabels(kind, reason).Inc(frames);
    }

    public void Delivered(TimeSpan duration)
    {
        _duration.Observe(duration.TotalSeconds);
    }
}
