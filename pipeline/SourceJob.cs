using Streaming.Config.Run;
using Streaming.Pipeline.Hooks;
using Streaming.Stages.Decode;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;
using Streaming.Stages.Render;

namespace Streaming.Pipeline;

/// <summary>A source for the pipeline, and how to make its outputs once it is open.</summary>
/// <param name="Id">Its name, unique in a run.</param>
/// <param name="Open">
/// Opens the source; is given whom to tell what happens to it, and what gives up opening. Whatever it throws is its error.
/// </param>
/// <param name="CreateOutputs">Names the outputs, in the order in which they are opened, written and finished.</param>
/// <param name="FullMode">What happens to a frame when all the source's credits are taken.</param>
public sealed record SourceJob(
    string Id,
    Func<Action<SourceEvent>, CancellationToken, IFrameSource> Open,
    Func<SourceInfo, IReadOnlyList<Output>> CreateOutputs,
    FullMode FullMode = FullMode.Wait)
{
    /// <summary>Draws the picture that outputs share; null when none of them wants one.</summary>
    public Annotator? Annotator { get; init; }

    /// <summary>Decides for each frame, in order, whether the network sees it; null lets it see all.</summary>
    public Func<SourceInfo, IInferenceGate>? CreateGate { get; init; }

    /// <summary>Change or add to results, in order and one after the other, before the outputs see them.</summary>
    public Func<SourceInfo, IReadOnlyList<IResultHook>> CreateHooks { get; init; } = _ => [];

    /// <summary>What is read, without credentials: what its status shows before it is open.</summary>
    public string? Location { get; init; }

    /// <summary>Most frames a second that are processed; null for all.</summary>
    public double? MaxFps { get; init; }

    /// <summary>What an earlier run has done of the source; its frames count as this run's.</summary>
    internal RecordedStream? Earlier { get; init; }
}
