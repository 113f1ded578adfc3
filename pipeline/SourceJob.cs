using Streaming.Config.Run;
using Streaming.Pipeline.Metrics;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Render;

namespace Streaming.Pipeline;

/// <summary>A source for the pipeline, and how to make its outputs once it is known what it is.</summary>
/// <param name="Id">Its name, unique in a run.</param>
/// <param name="Open">Opens the source, until the token gives up, and tells what happens to it; may throw <see cref="DecodeException"/>.</param>
/// <param name="CreateOutputs">Names the outputs, in the order in which they are opened, written and finished.</param>
/// <param name="FullMode">What happens to a frame when all the source's credits are taken.</param>
public sealed record SourceJob(
    string Id, SourceOpener Open, Func<SourceInfo, IReadOnlyList<Output>> CreateOutputs, FullMode FullMode = FullMode.Wait)
{
    /// <summary>Draws the picture that outputs share; null when none of them wants one.</summary>
    public Annotator? Annotator { get; init; }

    /// <summary>Most frames a second that are processed; null for all.</summary>
    public double? MaxFps { get; init; }

    /// <summary>What an earlier run has done of the source; its frames count as this run's.</summary>
    public RecordedStream? Earlier { get; init; }
}

/// <summary>Opens a source.</summary>
/// <param name="report">Told of what happens to the source from now on.</param>
/// <param name="cancellationToken">Gives up opening.</param>
public delegate IFrameSource SourceOpener(Action<SourceEvent> report, CancellationToken cancellationToken);

/// <summary>How far a source is.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Info">What is known about it; null before it is open.</param>
/// <param name="Counts">Its frames so far.</param>
/// <param name="HasEnded">Whether it ended.</param>
/// <param name="Outputs">What it writes to.</param>
public sealed record SourceProgress(string Id, SourceInfo? Info, StreamSummary Counts, bool HasEnded, IReadOnlyList<string> Outputs)
{
    /// <summary>What it does at the moment.</summary>
    public SourceState State { get; init; }

    /// <summary>The last thing that went wrong, or null.</summary>
    public string? LastError { get; init; }
}
