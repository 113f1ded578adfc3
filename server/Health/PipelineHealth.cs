using System.Text.Json;
using Streaming.Pipeline;

namespace Streaming.Server.Health;

/// <summary>The health of a program that runs a pipeline, as supervisors ask for it.</summary>
/// <param name="time">The clock.</param>
internal sealed class PipelineHealth(TimeProvider time)
{
    private volatile VideoPipeline? _pipeline;
    private volatile Func<IReadOnlyList<IdleSource>> _idle = () => [];

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
    /// <param name="idle">Names the sources that are wanted, but not in it.</param>
    public void Started(VideoPipeline pipeline, Func<IReadOnlyList<IdleSource>>? idle = null)
    {
        (_idle, _pipeline) = (idle ?? _idle, pipeline);
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
            Sources());
    }

    /// <summary>Every source, in the order of their names.</summary>
    internal IReadOnlyList<SourceReport> Sources()
    {
        // One may come or go between the two looks; it is named once.
        var running = _pipeline?.Sources.Select(source => SourceReport.Of(source.Status, time.GetUtcNow())) ?? [];
        return
        [
            .. running.Concat(_idle().Select(SourceReport.Of))
                .DistinctBy(source => source.Id)
                .OrderBy(source => source.Id, StringComparer.Ordinal),
        ];
    }
}
