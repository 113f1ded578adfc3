namespace Streaming.Stages.Frames;

/// <summary>What kind of thing happened to a source.</summary>
public enum SourceEventKind
{
    /// <summary>It could not be opened, and is tried again.</summary>
    OpenFailed,

    /// <summary>It was lost while it was read, and is opened anew.</summary>
    Disconnected,

    /// <summary>It gives frames again, of a new epoch.</summary>
    Reconnected,

    /// <summary>Its frames have another size from now on.</summary>
    ResolutionChanged,
}

/// <summary>Something happened to a source that is no frame.</summary>
/// <param name="Kind">What.</param>
/// <param name="Epoch">The source's epoch from then on.</param>
/// <param name="At">UTC.</param>
/// <param name="Error">Why; null when nothing failed.</param>
/// <param name="Message">For a person; without credentials.</param>
public sealed record SourceEvent(
    SourceEventKind Kind, int Epoch, DateTimeOffset At, DecodeError? Error = null, string? Message = null)
{
    /// <summary>When the source is tried again; null when it does not wait for that.</summary>
    internal DateTimeOffset? NextTryAt { get; init; }
}
