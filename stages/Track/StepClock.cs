using Streaming.Stages.Frames;

namespace Streaming.Stages.Track;

/// <summary>
/// Counts the steps between frames. A step is an interval of the source's frame rate; how many have passed is told by the
/// frames' times, or by their numbers where the rate is unknown.
/// </summary>
/// <param name="rate">The source's; null when unknown.</param>
internal sealed class StepClock(FrameRate? rate)
{
    /// <summary>More are never counted at once: no tracker remembers for as long.</summary>
    private const int Most = 1_000_000;

    private FrameIdentity? _last;

    /// <summary>Steps since the frame before, at least 1; also when time runs backwards.</summary>
    /// <param name="frame">A frame of the same epoch as the one before.</param>
    public int StepTo(FrameIdentity frame)
    {
        var steps = _last is not { } last ? 1
            : rate is { } known ? (frame.Pts - last.Pts).TotalSeconds * known.Value
            : frame.Index - last.Index;
        _last = frame;
        return (int)Math.Clamp(Math.Round(steps), 1, Most);
    }

    /// <summary>A new epoch: the next frame is the first one.</summary>
    public void Restart()
    {
        _last = null;
    }
}
