namespace Streaming.Stages.Track;

/// <summary>A track of <see cref="OcSort"/>.</summary>
internal sealed class OcSortObject : TrackedObject
{
    private readonly int _deltaT;

    /// <summary>The newest detections by the age at which each was taken, that of age a at a modulo the length.</summary>
    private readonly (long Age, TrackBox Box)[] _observations;

    private AreaFilter _filter;
    private AreaFilter? _frozen;
    private bool _isObserved;
    private long _age, _lastAge, _frozenAge;
    private BoxArea _lastArea;

    /// <param name="id">Its number.</param>
    /// <param name="first">How it was first seen; not an observation yet, as in the reference.</param>
    /// <param name="time">When.</param>
    /// <param name="deltaT">Steps between the two positions that give its direction.</param>
    public OcSortObject(long id, in Observation first, TimeSpan time, int deltaT)
        : base(id, first, time)
    {
        (_deltaT, _observations) = (deltaT, new (long, TrackBox)[deltaT + 1]);
        _filter = AreaFilter.Start(BoxArea.Of(first.Box));
        Box = _filter.Box;
    }

    /// <summary>Steps since it was last seen, those that nobody looked at left out.</summary>
    public int Unseen { get; private set; }

    /// <summary>Frames in a row in which it was seen.</summary>
    public int Streak { get; private set; }

    /// <summary>Its newest observation; null when it was seen once only.</summary>
    public TrackBox? LastBox { get; private set; }

    /// <summary>Where it was some steps ago: what its direction is measured from. Null when it was seen once only.</summary>
    public TrackBox? EarlierBox { get; private set; }

    /// <summary>Its direction, as a vector of about length 1; 0 when it has none.</summary>
    public (double Y, double X) Direction { get; private set; }

    /// <summary>The filter, for tests.</summary>
    internal AreaFilter Filter => _filter;

    /// <summary>Its age in steps, for tests.</summary>
    internal long Age => _age;

    /// <summary>Steps pass.</summary>
    /// <param name="steps">At least 1.</param>
    /// <param name="isLook">Whether a frame is looked at after them, in which it can be missed.</param>
    public void Predict(int steps, bool isLook)
    {
        for (var i = 0; i < steps; i++)
        {
            _filter.Predict();
        }

        Streak = isLook && Unseen > 0 ? 0 : Streak;
        Unseen += isLook || Unseen > 0 ? steps : 0;
        _age += steps;
        (Box, Taken, EarlierBox) = (_filter.Box, -1, Earlier());
    }

    /// <summary>It was not seen in a frame that was looked at.</summary>
    public void Miss()
    {
        if (_isObserved)
        {
            (_frozen, _frozenAge) = (_filter, _age);
        }

        _isObserved = false;
    }

    /// <summary>Takes a detection.</summary>
    /// <param name="seen">The detection.</param>
    /// <param name="index">Its place in the frame.</param>
    /// <param name="time">The frame's time.</param>
    public void Take(in Observation seen, int index, TimeSpan time)
    {
        if (EarlierBox is { } earlier)
        {
            Direction = DirectionTo(earlier, seen.Box);
        }

        var area = BoxArea.Of(seen.Box);
        if (!_isObserved && _frozen is { } frozen)
        {
            FollowStraightPath(frozen, area);
        }

        _filter.Update(area);
        _observations[_age % _observations.Length] = (_age, seen.Box);
        (LastBox, _lastArea, _lastAge, _isObserved, _frozen) = (seen.Box, area, _age, true, null);
        (Box, Taken, Unseen, Streak) = (seen.Box, index, 0, Streak + 1);
        Saw(seen, time);
    }

    /// <summary>The direction from one box's centre to another's.</summary>
    public static (double Y, double X) DirectionTo(in TrackBox from, in TrackBox to)
    {
        var (dy, dx) = (to.CenterY - from.CenterY, to.CenterX - from.CenterX);
        var length = Math.Sqrt((dx * dx) + (dy * dy)) + 1e-6;
        return (dy / length, dx / length);
    }

    /// <summary>
    /// It was hidden: the filter goes back to where it was lost, and is led along a straight path to where it is seen again, a
    /// step at a time.
    /// </summary>
    private void FollowStraightPath(in AreaFilter frozen, in BoxArea area)
    {
        var gap = _age - _lastAge;
        _filter = frozen;
        for (var step = _frozenAge - _lastAge; step <= gap; step++)
        {
            _filter.Update(_lastArea.Toward(area, (double)step / gap));
            if (step < gap)
            {
                _filter.PredictFreely();
            }
        }
    }

    /// <summary>The observation before <see cref="_deltaT"/> steps, else the first one after that, else the newest.</summary>
    private TrackBox? Earlier()
    {
        for (var age = Math.Max(_age - _deltaT, 0); age < _age; age++)
        {
            if (_observations[age % _observations.Length] is var (at, box) && at == age && age > 0)
            {
                return box;
            }
        }

        return LastBox;
    }
}
