using Streaming.Stages.Frames;

namespace Streaming.Stages.Hooks;

/// <summary>
/// Decides for each admitted frame of one source, in order, whether the network sees it, to save the network's time where nothing
/// moves. A frame that is skipped still flows, in order, to the result hooks and the outputs, without detections. Used by one
/// thread at a time; disposed with the source.
/// </summary>
public interface IInferenceGate : IDisposable
{
    /// <summary>Whether the network is to see a frame. An exception fails the frame.</summary>
    /// <param name="frame">The frame; it stays the pipeline's and is valid only during the call.</param>
    bool Wants(Frame frame);
}
