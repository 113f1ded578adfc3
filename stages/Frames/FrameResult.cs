using Streaming.Config.Zoo;
using Streaming.Model.Structures;

namespace Streaming.Stages.Frames;

/// <summary>What was found in a frame, or why nothing was.</summary>
/// <param name="Identity">Which frame it is.</param>
/// <param name="Size">Its size in pixels.</param>
/// <param name="Detections">Best first; empty unless the frame was processed.</param>
public sealed record FrameResult(FrameIdentity Identity, ImageSize Size, IReadOnlyList<Detection> Detections)
{
    /// <summary>Where the time went.</summary>
    public FrameTimings Timings { get; init; }

    /// <summary>Frames of the source that were dropped since the one before.</summary>
    public long DroppedBefore { get; init; }

    /// <summary>What happened to objects, as far as this frame tells; in the order in which it is told.</summary>
    public IReadOnlyList<ObjectEvent> Events { get; init; } = [];

    /// <summary>
    /// Whether a gate kept the frame from the network: its detections, if any, are where tracks are expected to be.
    /// </summary>
    public bool IsGated { get; init; }

    /// <summary>Where and why the frame failed, for a person: "infer: out of memory". Null when it was processed.</summary>
    public string? Error => Outcome.Error;

    /// <summary>The classes of the tracks that this frame is the first to name; not in the record, for metrics alone.</summary>
    internal IReadOnlyList<Category> StartedTracks { get; init; } = [];

    /// <summary>How the frame ended.</summary>
    internal FrameOutcome Outcome { get; init; } = FrameOutcome.Ok;
}
