namespace Streaming.Stages.Track;

/// <summary>
/// Whether an object moves: within a second its centre went by more than a twentieth of its size, which is more than boxes of
/// things at rest tremble, and less than a person does in two steps.
/// </summary>
/// <param name="box">Where it was first seen; it moves until it has stood for a second.</param>
/// <param name="time">When.</param>
internal struct Motion(TrackBox box, TimeSpan time)
{
    private const double Share = 0.05;

    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(1);

    private double _x = box.CenterX, _y = box.CenterY;
    private TimeSpan _since = time;
    private TimeSpan _movedAt = time;

    /// <summary>Whether it has moved within the last second.</summary>
    public readonly bool IsMoving(TimeSpan now)
    {
        return now - _movedAt <= Memory;
    }

    /// <summary>The object is there now.</summary>
    public void Saw(in TrackBox place, TimeSpan now)
    {
        var (dx, dy) = (place.CenterX - _x, place.CenterY - _y);
        var isFar = (dx * dx) + (dy * dy) > Share * Share * place.Width * place.Height;
        if (isFar || now - _since > Memory)
        {
            // From here the way is measured anew: what creeps for minutes does not move.
            (_x, _y, _since) = (place.CenterX, place.CenterY, now);
            _movedAt = isFar ? now : _movedAt;
        }
    }
}
