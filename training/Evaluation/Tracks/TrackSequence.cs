namespace Streaming.Training.Evaluation.Tracks;

/// <summary>The tracks of one video. Frames without boxes take no memory, whatever their number.</summary>
internal sealed class TrackSequence
{
    private readonly SortedDictionary<long, List<TrackedBox>> _frames = [];

    /// <summary>The number of frames, as far as is known: that of the last one.</summary>
    public long Length { get; private set; }

    /// <summary>Boxes that were left out, since no track has taken them up.</summary>
    public long Untracked { get; set; }

    /// <summary>The numbers of the frames with boxes, in order.</summary>
    public IEnumerable<long> Frames => _frames.Keys;

    /// <summary>The boxes of a frame, in the order in which they were added.</summary>
    /// <param name="frame">From 1.</param>
    public IReadOnlyList<TrackedBox> this[long frame] => _frames.TryGetValue(frame, out var boxes) ? boxes : [];

    /// <summary>Makes a frame known that may have no boxes.</summary>
    /// <param name="frame">From 1.</param>
    public void Reach(long frame)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frame);
        Length = Math.Max(Length, frame);
    }

    /// <summary>Adds a box.</summary>
    /// <param name="frame">From 1.</param>
    /// <param name="box">The box.</param>
    /// <returns>False when the frame has a box of this id already; then nothing is added.</returns>
    public bool TryAdd(long frame, TrackedBox box)
    {
        Reach(frame);
        if (!_frames.TryGetValue(frame, out var boxes))
        {
            _frames[frame] = boxes = [];
        }

        if (boxes.Exists(other => other.Id == box.Id))
        {
            return false;
        }

        boxes.Add(box);
        return true;
    }
}
