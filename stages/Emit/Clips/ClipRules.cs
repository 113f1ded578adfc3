using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit.Clips;

/// <summary>Which events are shown by clips, and how much around them.</summary>
/// <param name="Before">How long a clip begins before its first event, at least.</param>
/// <param name="After">How long it goes on after its last one.</param>
/// <param name="Max">How long it is at most; an event that does not fit gets another clip.</param>
/// <param name="Kinds">The events that are shown.</param>
internal sealed record ClipRules(TimeSpan Before, TimeSpan After, TimeSpan Max, IReadOnlySet<ObjectEventKind> Kinds)
{
    /// <summary>How much of a stream is kept, so that a clip can begin before an event that is told late.</summary>
    public TimeSpan Kept => Before + TellingTime;

    /// <summary>From a packet's arrival until its frame's events are told; mostly it takes less.</summary>
    public static TimeSpan TellingTime { get; } = TimeSpan.FromSeconds(5);
}
