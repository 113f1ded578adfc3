namespace Streaming.Stages.Emit;

/// <summary>What a failing output means for its source.</summary>
public enum Delivery
{
    /// <summary>Every frame is written in line, and the source ends when the output fails for good.</summary>
    Required,

    /// <summary>
    /// Frames wait in a bounded queue of the output's own: it never slows its source down, what it gives up is counted, and it is
    /// reopened after a failure.
    /// </summary>
    BestEffort,
}

/// <summary>An output of one source, before it is opened.</summary>
/// <param name="Kind">The kind's key, for metrics and messages: "jsonl".</param>
/// <param name="Open">Opens it; throws an <see cref="EmitException"/> when that fails.</param>
public sealed record Output(string Kind, Func<IFrameSink> Open)
{
    /// <summary>What a failure means.</summary>
    /// <value>The default is <see cref="Delivery.Required"/>.</value>
    public Delivery Delivery { get; init; } = Delivery.Required;

    /// <summary>Whether the output uses a frame's pixels; one that does not can be fed from a record alone.</summary>
    /// <value>The default is true.</value>
    public bool NeedsPixels { get; init; } = true;
}
