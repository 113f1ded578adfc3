using Streaming.Config.Zoo;
using Streaming.Model.Masks;
using Streaming.Model.Structures;

namespace Streaming.Stages.Frames;

/// <summary>An object found in a frame.</summary>
/// <param name="Class">The model's class number, from 0.</param>
/// <param name="Category">The class as outputs name it.</param>
/// <param name="Score">0 to 1.</param>
/// <param name="Box">In the frame's pixels.</param>
/// <param name="Mask">In the frame's pixels; null when the model has no masks.</param>
/// <param name="TrackId">The same object in other frames; null without tracking.</param>
public sealed record Detection(int Class, Category Category, float Score, Box Box, Rle? Mask, long? TrackId = null);

/// <summary>How a frame ended.</summary>
public enum FrameStatus
{
    /// <summary>It was processed.</summary>
    Ok,

    /// <summary>It was given up on purpose.</summary>
    Dropped,

    /// <summary>Something failed on it.</summary>
    Failed,
}

/// <summary>How a frame ended, and why if not well.</summary>
/// <param name="Status">Processed, given up or failed.</param>
/// <param name="Reason">A short constant such as "stopped" or "detect"; empty when processed.</param>
/// <param name="Message">What failed, for a person; null when nothing did.</param>
public sealed record FrameOutcome(FrameStatus Status, string Reason, string? Message)
{
    /// <summary>The frame was processed.</summary>
    public static FrameOutcome Ok { get; } = new(FrameStatus.Ok, "", null);

    /// <summary>The frame was given up on purpose.</summary>
    /// <param name="reason">A short constant.</param>
    public static FrameOutcome Dropped(string reason)
    {
        return new FrameOutcome(FrameStatus.Dropped, reason, null);
    }

    /// <summary>Something failed on the frame.</summary>
    /// <param name="stage">Where, for example "detect".</param>
    /// <param name="message">What.</param>
    public static FrameOutcome Failed(string stage, string message)
    {
        return new FrameOutcome(FrameStatus.Failed, stage, message);
    }
}

/// <summary>How long a frame spent where.</summary>
/// <param name="Decode">Reading and decoding.</param>
/// <param name="Preprocess">Resizing.</param>
/// <param name="BatchWait">From being prepared until its batch started.</param>
/// <param name="Infer">The network's time for its whole batch.</param>
/// <param name="Postprocess">Pasting and encoding masks.</param>
/// <param name="EndToEnd">From decoded to handed to the sinks.</param>
public readonly record struct FrameTimings(
    TimeSpan Decode, TimeSpan Preprocess, TimeSpan BatchWait, TimeSpan Infer, TimeSpan Postprocess, TimeSpan EndToEnd);

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
