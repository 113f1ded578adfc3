namespace Streaming.Stages.Frames;

/// <summary>How a frame ended.</summary>
internal enum FrameStatus
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
/// <param name="Reason">A short constant such as "stopped" or "infer"; empty when processed.</param>
/// <param name="Message">What failed, for a person; null when nothing did.</param>
internal sealed record FrameOutcome(FrameStatus Status, string Reason, string? Message)
{
    /// <summary>The frame was processed.</summary>
    public static FrameOutcome Ok { get; } = new(FrameStatus.Ok, "", null);

    /// <summary>Where and why it was given up or failed, for a person; null when processed.</summary>
    public string? Error => Status switch
    {
        FrameStatus.Ok => null,
        FrameStatus.Dropped => $"dropped: {Reason}",
        _ => $"{Reason}: {Message}",
    };

    /// <summary>The frame was given up on purpose.</summary>
    /// <param name="reason">A short constant.</param>
    public static FrameOutcome Dropped(string reason)
    {
        return new FrameOutcome(FrameStatus.Dropped, reason, null);
    }

    /// <summary>Something failed on the frame.</summary>
    /// <param name="stage">Where, for example "infer".</param>
    /// <param name="message">What.</param>
    public static FrameOutcome Failed(string stage, string message)
    {
        return new FrameOutcome(FrameStatus.Failed, stage, message);
    }
}
