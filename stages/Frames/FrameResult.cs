using Streaming.Model.Structures;

namespace Streaming.Stages.Frames;

/// <summary>A frame's way ended: what was found in it, or why nothing was.</summary>
/// <param name="Identity">Which frame it is.</param>
/// <param name="Size">Its size in pixels.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Detections">Best first; empty unless processed.</param>
/// <param name="Timings">Where the time went.</param>
public sealed record FrameResult(
    FrameIdentity Identity, ImageSize Size, FrameOutcome Outcome, IReadOnlyList<Detection> Detections, FrameTimings Timings)
{
    /// <summary>Frames of the source that were dropped since the one before.</summary>
    public long DroppedBefore { get; init; }

    /// <summary>Whether a gate kept the frame from the network, so that nothing could be found in it.</summary>
    public bool IsSkipped { get; init; }
}
