using Streaming.Stages.Frames;

namespace Streaming.Stages.Zones;

/// <summary>When something was seen.</summary>
/// <param name="Epoch">The source's epoch.</param>
/// <param name="Pts">In the source's time.</param>
/// <param name="At">UTC, as a record holds it.</param>
internal readonly record struct Moment(int Epoch, TimeSpan Pts, DateTimeOffset At)
{
    /// <summary>The moment of a frame.</summary>
    public static Moment Of(FrameIdentity frame)
    {
        // A record holds microseconds.
        var ticks = frame.CaptureTime.UtcTicks;
        return new Moment(
            frame.Epoch, frame.Pts, new DateTimeOffset(ticks - (ticks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero));
    }

    /// <summary>Time since an earlier moment of the same epoch; never negative, as a stream's time may jump back.</summary>
    public TimeSpan Since(Moment earlier)
    {
        return Pts > earlier.Pts ? Pts - earlier.Pts : TimeSpan.Zero;
    }
}
