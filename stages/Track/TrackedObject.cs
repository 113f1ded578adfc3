namespace Streaming.Stages.Track;

/// <summary>What all trackers know of an object.</summary>
/// <param name="id">Its number.</param>
/// <param name="first">How it was first seen.</param>
/// <param name="time">When.</param>
internal abstract class TrackedObject(long id, in Observation first, TimeSpan time)
{
    private Motion _motion = new(first.Box, time);

    /// <summary>Its number, unique for the source.</summary>
    public long Id { get; } = id;

    /// <summary>Its class.</summary>
    public int Class { get; } = first.Class;

    /// <summary>When it was first seen.</summary>
    public TimeSpan FirstSeen { get; } = time;

    /// <summary>The score of its newest detection.</summary>
    public double Score { get; private set; } = first.Score;

    /// <summary>Frames in which it was detected.</summary>
    public int Hits { get; private set; } = 1;

    /// <summary>Which detection of the frame it took; -1 for none.</summary>
    public int Taken { get; set; } = -1;

    /// <summary>Whether results have named it before.</summary>
    public bool IsTold { get; set; }

    /// <summary>Where it is, as the tracker tells it; between detections where it is expected.</summary>
    public TrackBox Box { get; protected set; }

    /// <summary>Whether it has moved lately.</summary>
    /// <param name="time">Now.</param>
    public bool IsMoving(TimeSpan time)
    {
        return _motion.IsMoving(time);
    }

    /// <summary>Notes that it was detected; <see cref="Box"/> is where it is now.</summary>
    protected void Saw(in Observation seen, TimeSpan time)
    {
        (Score, Hits) = (seen.Score, Hits + 1);
        _motion.Saw(Box, time);
    }
}
