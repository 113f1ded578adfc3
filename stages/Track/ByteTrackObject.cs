using Streaming.Model.Structures;

namespace Streaming.Stages.Track;

/// <summary>A track of <see cref="ByteTrack"/>.</summary>
internal sealed class ByteTrackObject : TrackedObject
{
    private HeightFilter _filter;

    /// <param name="id">Its number.</param>
    /// <param name="first">How it was first seen.</param>
    /// <param name="time">When.</param>
    /// <param name="step">The step of that frame.</param>
    public ByteTrackObject(long id, in Observation first, TimeSpan time, long step)
        : base(id, first, time)
    {
        _filter = HeightFilter.Start(first.Box);
        (Start, LastSeen, Mask, MaskBox) = (step, step, first.Mask, first.Box);
        Box = _filter.Box;
    }

    /// <summary>Whether it took a detection when tracks last could.</summary>
    public bool IsTracked { get; set; } = true;

    /// <summary>Whether it was seen often enough to be told.</summary>
    public bool IsConfirmed { get; set; }

    /// <summary>The step at which it was first seen.</summary>
    public long Start { get; }

    /// <summary>The step at which it was last seen; frames that nobody looked at push it on.</summary>
    public long LastSeen { get; set; }

    /// <summary>The step at which it was found to be lost for too long; null while it is not.</summary>
    public long? TimedOutAt { get; set; }

    /// <summary>Its mask when it was last seen; null without masks.</summary>
    public Rle? Mask { get; private set; }

    /// <summary>Where its mask was seen.</summary>
    public TrackBox MaskBox { get; private set; }

    /// <summary>Steps pass.</summary>
    public void Predict(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            _filter.Predict(IsTracked);
        }

        (Box, Taken) = (_filter.Box, -1);
    }

    /// <summary>Takes a detection.</summary>
    /// <param name="seen">The detection.</param>
    /// <param name="index">Its place in the frame.</param>
    /// <param name="time">The frame's time.</param>
    /// <param name="step">The frame's step.</param>
    public void Take(in Observation seen, int index, TimeSpan time, long step)
    {
        _filter.Update(seen.Box);
        (Box, Taken, LastSeen) = (_filter.Box, index, step);
        (IsTracked, IsConfirmed, Mask, MaskBox) = (true, true, seen.Mask, seen.Box);
        Saw(seen, time);
    }
}
