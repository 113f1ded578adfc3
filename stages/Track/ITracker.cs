namespace Streaming.Stages.Track;

/// <summary>
/// Follows the objects of one source. A step is one nominal frame interval; a frame that comes after frames that were dropped
/// comes several steps later. Used by one thread at a time; a frame allocates nothing but new tracks.
/// </summary>
internal interface ITracker
{
    /// <summary>
    /// The tracks that count: after <see cref="Update"/> those that took a detection and are confirmed, in the order of the
    /// reference. Valid until the next call.
    /// </summary>
    IReadOnlyList<TrackedObject> Tracks { get; }

    /// <summary>
    /// What the newest frame that was looked at shows and no track tells yet: whether it is an object, further frames say. Valid
    /// until the next call.
    /// </summary>
    IReadOnlyList<TrackedObject> Candidates { get; }

    /// <summary>Takes the detections of a frame.</summary>
    /// <param name="steps">Steps since the frame before, at least 1.</param>
    /// <param name="seen">The detections, of finite numbers.</param>
    /// <param name="time">The frame's time.</param>
    void Update(int steps, ReadOnlySpan<Observation> seen, TimeSpan time);

    /// <summary>A frame was not looked at: tracks move on, and none has missed anything.</summary>
    /// <param name="steps">Steps since the frame before, at least 1.</param>
    void Predict(int steps);
}
