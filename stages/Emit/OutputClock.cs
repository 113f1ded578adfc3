using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit;

/// <summary>
/// The times of an output video: the frames' own, but always rising. After a reconnect, when a source's time starts again, the
/// output goes on where it was.
/// </summary>
/// <param name="rate">Says how long a frame lasts where its time does not.</param>
internal sealed class OutputClock(FrameRate rate)
{
    private readonly TimeSpan _frame = TimeSpan.FromSeconds(1 / rate.Value);
    private TimeSpan _offset;
    private TimeSpan _next;
    private int _epoch;

    /// <summary>Whether no frame came yet.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>When a frame is shown.</summary>
    public TimeSpan Next(FrameIdentity frame)
    {
        if (IsEmpty || frame.Epoch != _epoch)
        {
            // A video begins at 0, whatever part of the source it shows.
            (_offset, _epoch) = (_next - frame.Pts, frame.Epoch);
        }

        var pts = frame.Pts + _offset;
        // Times that stand still or go back would not be shown at all.
        pts = IsEmpty || pts > _next - _frame ? pts : _next;
        (_next, IsEmpty) = (pts + _frame, false);
        return pts;
    }
}
