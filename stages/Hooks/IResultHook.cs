using Streaming.Stages.Frames;

namespace Streaming.Stages.Hooks;

/// <summary>
/// Sees the results of one source in order, before its outputs do, and may change them: trackers, zones, counters. Used by one
/// thread at a time; disposed with the source.
/// </summary>
/// <remarks>
/// The record of a run (its JSON lines) holds a hook's state: a run that goes on shows the hook every recorded result, with the
/// track ids that it gave then, before the first new one.
/// </remarks>
public interface IResultHook : IDisposable
{
    /// <summary>The result as it goes on. An exception fails the frame; the hook is asked again with the next one.</summary>
    /// <param name="frame">The frame; it stays the pipeline's and is valid only during the call.</param>
    /// <param name="result">What was found, or that the frame was skipped or failed.</param>
    FrameResult Apply(Frame frame, FrameResult result);

    /// <summary>Takes a result that an earlier run has recorded.</summary>
    /// <param name="recorded">As it was written then.</param>
    void Recall(FrameResult recorded)
    {
    }

    /// <summary>Takes something that happened to the source between two frames, for example a new epoch.</summary>
    /// <param name="sourceEvent">What happened.</param>
    void Notice(SourceEvent sourceEvent)
    {
    }
}
