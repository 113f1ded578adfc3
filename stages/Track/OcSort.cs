using Streaming.Config.Run;

namespace Streaming.Stages.Track;

/// <summary>
/// OC-SORT (Cao et al., "Observation-Centric SORT: Rethinking SORT for Robust Multi-Object Tracking", 2023), with the results of
/// the published code (github.com/noahcao/OC_SORT) where there is one class and every step a frame: its order of operations, and
/// what is peculiar to it, is kept.
/// </summary>
/// <param name="settings">Its parameters.</param>
/// <param name="ids">Numbers the tracks.</param>
internal sealed class OcSort(TrackingSection settings, TrackIds ids) : ITracker
{
    /// <summary>Detections up to this score are noise.</summary>
    private const double LowScore = 0.1;

    /// <summary>
    /// The similarity of a track and a detection of another class: so low that as few such pairs are made as can be, and none
    /// is kept.
    /// </summary>
    private const double Alien = -1000;

    private readonly Assignment _assignment = new();
    private readonly List<OcSortObject> _tracks = [], _told = [], _candidates = [];
    private readonly List<int> _seenLeft = [], _low = [], _tracksLeft = [];
    private readonly List<int> _rejectedSeen = [], _rejectedTracks = [];
    private double[] _similarity = [];
    private int _frames;

    /// <inheritdoc/>
    public IReadOnlyList<TrackedObject> Tracks => _told;

    /// <inheritdoc/>
    public IReadOnlyList<TrackedObject> Candidates => _candidates;

    /// <summary>Tracks that are remembered, for tests.</summary>
    internal int Remembered => _tracks.Count;

    /// <inheritdoc/>
    public void Predict(int steps)
    {
        Pass(steps, isLook: false);
        for (var i = _told.Count - 1; i >= 0; i--)
        {
            if (double.IsNaN(_told[i].Box.X0))
            {
                _told.RemoveAt(i);
            }
        }
    }

    /// <inheritdoc/>
    public void Update(int steps, ReadOnlySpan<Observation> seen, TimeSpan time)
    {
        _frames++;
        Pass(steps, isLook: true);
        Sort(seen);
        MatchByDirection(seen, time);
        if (settings.UseByte)
        {
            // Low scores against where the tracks are expected.
            Rematch(_low, seen, time, static track => track.Box);
        }

        // High scores against where the tracks were last seen.
        if (Rematch(_seenLeft, seen, time, static track => track.LastBox ?? new TrackBox(-1, -1, -1, -1)))
        {
            _seenLeft.Sort();
        }

        foreach (var index in _tracksLeft)
        {
            _tracks[index].Miss();
        }

        foreach (var index in _seenLeft)
        {
            _tracks.Add(new OcSortObject(ids.Next(), seen[index], time, settings.DeltaT) { Taken = index });
        }

        Tell();
    }

    private void Pass(int steps, bool isLook)
    {
        if (steps > settings.MaxAge + 1)
        {
            // Longer than any track is kept.
            _frames = Math.Min(_frames, isLook ? 1 : 0);
            _tracks.Clear();
            _told.Clear();
            _candidates.Clear();
        }

        for (var i = _tracks.Count - 1; i >= 0; i--)
        {
            var track = _tracks[i];
            track.Predict(steps, isLook);
            if (double.IsNaN(track.Box.X0) || track.Unseen > settings.MaxAge + (isLook ? 1 : 0))
            {
                _tracks.RemoveAt(i);
            }
        }
    }

    /// <summary>Parts the detections; one whose score equals the threshold is in neither half, as in the reference.</summary>
    private void Sort(ReadOnlySpan<Observation> seen)
    {
        _seenLeft.Clear();
        _low.Clear();
        for (var i = 0; i < seen.Length; i++)
        {
            if (seen[i].Score > settings.DetThresh)
            {
                _seenLeft.Add(i);
            }
            else if (seen[i].Score > LowScore && seen[i].Score < settings.DetThresh)
            {
                _low.Add(i);
            }
        }

        _tracksLeft.Clear();
        for (var i = 0; i < _tracks.Count; i++)
        {
            _tracksLeft.Add(i);
        }
    }

    /// <summary>First round: overlap, and whether a detection lies in the track's direction.</summary>
    private void MatchByDirection(ReadOnlySpan<Observation> seen, TimeSpan time)
    {
        var (rows, columns) = (_seenLeft.Count, _tracks.Count);
        if (rows == 0 || columns == 0)
        {
            return;
        }

        Compare(_seenLeft, seen, static track => track.Box, BoxMeasure.IoU);
        var costs = _assignment.Begin(rows, columns);
        for (var column = 0; column < columns; column++)
        {
            var track = _tracks[column];
            for (var row = 0; row < rows; row++)
            {
                ref readonly var candidate = ref seen[_seenLeft[row]];
                var similarity = _similarity[(row * columns) + column];
                var angle = similarity > Alien && track.EarlierBox is { } earlier
                    ? Agreement(track.Direction, earlier, candidate.Box) : 0;
                costs[(row * columns) + column] = -(similarity + (angle * settings.Inertia * candidate.Score));
            }
        }

        if (IsClear(rows, columns))
        {
            // Each has at most one partner: these pairs, whatever the direction says.
            for (var i = 0; i < costs.Length; i++)
            {
                costs[i] = _similarity[i] > settings.IouThreshold ? -1 : 0;
            }

            Keep(_seenLeft, _assignment.Solve(0), seen, time);
        }
        else
        {
            Keep(_seenLeft, _assignment.Solve(null), seen, time);
        }
    }

    /// <summary>From 1/2 for the same direction through 0 for a right angle to -1/2 for the opposite one.</summary>
    private static double Agreement((double Y, double X) direction, in TrackBox earlier, in TrackBox seen)
    {
        var (y, x) = OcSortObject.DirectionTo(earlier, seen);
        var cosine = Math.Clamp((direction.X * x) + (direction.Y * y), -1, 1);
        return ((Math.PI / 2) - Math.Abs(Math.Acos(cosine))) / Math.PI;
    }

    /// <summary>Whether overlaps above the threshold name pairs, one at least, without a choice.</summary>
    private bool IsClear(int rows, int columns)
    {
        var (mostInRow, mostInColumn) = (0, 0);
        for (var row = 0; row < rows; row++)
        {
            mostInRow = Math.Max(mostInRow, CountAbove(row * columns, 1, columns));
        }

        for (var column = 0; column < columns; column++)
        {
            mostInColumn = Math.Max(mostInColumn, CountAbove(column, columns, rows));
        }

        return mostInRow == 1 && mostInColumn == 1;
    }

    private int CountAbove(int first, int stride, int count)
    {
        var above = 0;
        for (var i = 0; i < count; i++)
        {
            above += _similarity[first + (i * stride)] > settings.IouThreshold ? 1 : 0;
        }

        return above;
    }

    /// <summary>A later round: the chosen similarity alone, and only if any pair is above the threshold.</summary>
    /// <returns>Whether there was such a pair.</returns>
    private bool Rematch(List<int> left, ReadOnlySpan<Observation> seen, TimeSpan time, Func<OcSortObject, TrackBox> place)
    {
        if (left.Count == 0 || _tracksLeft.Count == 0)
        {
            return false;
        }

        var most = Compare(left, seen, place, settings.AssoFunc);
        if (!(most > settings.IouThreshold))
        {
            return false;
        }

        var costs = _assignment.Begin(left.Count, _tracksLeft.Count);
        for (var i = 0; i < costs.Length; i++)
        {
            costs[i] = -_similarity[i];
        }

        Keep(left, _assignment.Solve(null), seen, time);
        _tracksLeft.Sort();
        return true;
    }

    /// <summary>Fills the similarities, a row for each detection that is left and a column for each such track.</summary>
    /// <returns>The greatest one.</returns>
    private double Compare(
        List<int> left, ReadOnlySpan<Observation> seen, Func<OcSortObject, TrackBox> place, BoxMeasure measure)
    {
        var (columns, most) = (_tracksLeft.Count, double.NegativeInfinity);
        if (_similarity.Length < left.Count * columns)
        {
            _similarity = new double[Math.Max(left.Count * columns, 2 * _similarity.Length)];
        }

        for (var column = 0; column < columns; column++)
        {
            var track = _tracks[_tracksLeft[column]];
            var box = place(track);
            for (var row = 0; row < left.Count; row++)
            {
                ref readonly var candidate = ref seen[left[row]];
                var value = track.Class == candidate.Class ? Overlap.Of(measure, candidate.Box, box) : Alien;
                _similarity[(row * columns) + column] = value;
                most = Math.Max(most, value);
            }
        }

        return most;
    }

    /// <summary>
    /// Gives tracks their detections, those pairs left out that are too unlike. Both lists keep what is left: first what was not
    /// paired, in its order, then what was left out, by the detections' order.
    /// </summary>
    private void Keep(List<int> left, ReadOnlySpan<int> columnOf, ReadOnlySpan<Observation> seen, TimeSpan time)
    {
        var columns = _tracksLeft.Count;
        _rejectedSeen.Clear();
        _rejectedTracks.Clear();
        for (var row = 0; row < columnOf.Length; row++)
        {
            if (columnOf[row] is not (>= 0 and var column))
            {
                continue;
            }

            if (_similarity[(row * columns) + column] < settings.IouThreshold)
            {
                _rejectedSeen.Add(left[row]);
                _rejectedTracks.Add(_tracksLeft[column]);
            }
            else
            {
                _tracks[_tracksLeft[column]].Take(seen[left[row]], left[row], time);
            }

            left[row] = _tracksLeft[column] = -1;
        }

        left.RemoveAll(static index => index < 0);
        left.AddRange(_rejectedSeen);
        _tracksLeft.RemoveAll(static index => index < 0);
        _tracksLeft.AddRange(_rejectedTracks);
    }

    private void Tell()
    {
        _told.Clear();
        _candidates.Clear();
        for (var i = _tracks.Count - 1; i >= 0; i--)
        {
            var track = _tracks[i];
            if (track.Unseen < 1)
            {
                (track.Streak >= settings.MinHits || _frames <= settings.MinHits ? _told : _candidates).Add(track);
            }

            if (track.Unseen > settings.MaxAge)
            {
                _tracks.RemoveAt(i);
            }
        }
    }
}
