using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Pipeline;

/// <summary>A source at one moment.</summary>
/// <param name="Id">Its name.</param>
/// <param name="State">What it does.</param>
/// <param name="Info">What is known about it; null before it is open.</param>
/// <param name="Counts">Its frames so far, and once it has ended, how.</param>
/// <param name="LastError">The last thing that went wrong, or null.</param>
/// <param name="Outputs">What it writes to.</param>
public sealed record SourceStatus(
    string Id, SourceState State, SourceInfo? Info, StreamSummary Counts, string? LastError, IReadOnlyList<string> Outputs)
{
    /// <summary>What is read, without credentials; null when nobody said it and it is not open yet.</summary>
    public string? Location { get; init; }

    /// <summary>When <see cref="LastError"/> happened.</summary>
    public DateTimeOffset? LastErrorAt { get; init; }

    /// <summary>When its newest result went to the outputs; null before the first one.</summary>
    public DateTimeOffset? LastResultAt { get; init; }

    /// <summary>How many objects its newest result has.</summary>
    public int Objects { get; init; }

    /// <summary>Its results a second, over the last few seconds.</summary>
    internal double Rate { get; init; }

    /// <summary>When it is opened again; null when it does not wait for that.</summary>
    internal DateTimeOffset? NextTryAt { get; init; }

    /// <summary>Whether it ended, well or not.</summary>
    public bool HasEnded => State is SourceState.Ended or SourceState.Failed;
}
