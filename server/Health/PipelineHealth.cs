using Streaming.Pipeline;
using Streaming.Pipeline.Metrics;

namespace Streaming.Server.Health;

/// <summary>Whether a program that runs a pipeline is well; filled in as it starts.</summary>
/// <param name="time">The clock.</param>
public sealed class PipelineHealth(TimeProvider time)
{
    private volatile VideoPipeline? _pipeline;

    /// <summary>When the program started.</summary>
    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>The model is loaded and the pipeline runs.</summary>
    public bool IsStarted => _pipeline is not null;

    /// <summary>Frames come out: it is started, and a source gives frames.</summary>
    public bool IsReady => IsLive && _pipeline?.Progress.Any(source => source.State == SourceState.Running) == true;

    /// <summary>Nothing hangs; otherwise only a restart helps.</summary>
    public bool IsLive => _pipeline is not { Hanging.Count: > 0 };

    /// <summary>The pipeline is there.</summary>
    /// <param name="pipeline">It.</param>
    public void Started(VideoPipeline pipeline)
    {
        _pipeline = pipeline;
    }

    internal PipelineStatus Status()
    {
        return new PipelineStatus(
            StartedAt,
            Math.Round((time.GetUtcNow() - StartedAt).TotalSeconds, 1),
            IsStarted,
            IsReady,
            [.. _pipeline?.Hanging.Select(item => item.What) ?? []],
            [.. _pipeline?.Progress.OrderBy(source => source.Id, StringComparer.Ordinal).Select(SourceStatus.Of) ?? []]);
    }
}
