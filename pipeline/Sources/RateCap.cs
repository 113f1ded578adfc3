using Streaming.Stages.Frames;

namespace Streaming.Pipeline.Sources;

/// <summary>
/// Limits the frames per second: time is cut into equal slots, and the first frame of each passes. So the choice depends on
/// the frames' times alone, and a resumed run chooses the same ones.
/// </summary>
/// <param name="maxFps">Slots a second; null lets everything pass.</param>
/// <param name="byPts">By the frames' own time (files); otherwise by when they came.</param>
internal sealed class RateCap(double? maxFps, bool byPts)
{
    private long _lastSlot = long.MinValue;

    /// <summary>A frame of this time has passed before.</summary>
    public void Passed(TimeSpan pts)
    {
        _lastSlot = SlotOf(pts);
    }

    public bool LetsPass(FrameIdentity frame)
    {
        if (maxFps is null)
        {
            return true;
        }

        var slot = SlotOf(byPts ? frame.Pts : frame.CaptureTime - DateTimeOffset.UnixEpoch);
        if (slot == _lastSlot)
        {
            return false;
        }

        _lastSlot = slot;
        return true;
    }

    private long SlotOf(TimeSpan time)
    {
        // Rounding must not move a frame that lies on a slot's border into the slot before.
        return (long)Math.Floor((time.TotalSeconds + 1e-6) * maxFps!.Value);
    }
}
