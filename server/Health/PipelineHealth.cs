using System.Text.Json;
using Streaming.Pipeline;

namespace Streaming.Server.Health;

/// <summary>The health of a program that runs a pipeline, as supervisors ask for it.</summary>
/// <param name="time">The clock.</param>
internal sealed class PipelineHealth(TimeProvider time)
{
    private volatile VideoPipeline? _pipeline;

    /// <summary>When the program started.</summary>
    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>Whether the model is loaded and the pipeline runs.</summary>
    public bool IsStarted => _pipeline is not null;

    /// <summary>Whether frames come out: nothing hangs, and at least one source gives frames.</summary>
    public bool IsReady => IsLive && _pipeline?.Sources.Any(source => source.Status.State == SourceState.Running) == true;

    /// <summary>Whether nothing hangs; otherwise only a restart helps.</summary>
    public bool IsLive => _pipeline is not { Hanging.Count: > 0 };

    /// <summary>To be called once, when the pipeline is built.</summary>
    /// <param name="pipeline">The pipeline whose health is reported from now on.</param>
    public void Started(VideoPipeline pipeline)
    {
        _pipeline = pipeline;
    }

    /// <summary>The pipeline; null before it is built.</summary>
    public VideoPipeline? Pipeline => _pipeline;

    /// <summary>How every source is, for viewers: a JSON text.</summary>
    internal byte[] StatusText()
    {
        return JsonSerializer.SerializeToUtf8Bytes(
            new SourcesMessage("status", Status().Sources), StatusJson.Default.SourcesMessage);
    }

    internal PipelineStatus Status()
    {
        return new PipelineStatus(
            StartedAt,
            Math.Round((time.GetUtcNow() - StartedAt).TotalSeconds, 1),
            IsStarted,
            IsReady,
            [.. _pipeline?.Hanging.Select(item => item.What) ?? []],
            [.. _pipeline?.Sources.Select(source => SourceReport.Of(source.Status)) ?? []]);
    }
}
