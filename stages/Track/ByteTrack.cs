using Streaming.Config.Run;

namespace Streaming.Stages.Track;

/// <summary>
/// ByteTrack (Zhang et al., "ByteTrack: Multi-Object Tracking by Associating Every Detection Box", 2022), with the results of the
/// published code (github.com/ifzhang/ByteTrack) where there is one class and every step a frame: its order of operations, and
/// what is peculiar to it, is kept.
/// </summary>
/// <param name="settings">Its parameters.</param>
/// <param name="frameRate">Steps a second.</param>
/// <param name="ids">Numbers the tracks.</param>
internal class ByteTrack(TrackingSection settings, double frameRate, TrackIds ids) : ITracker
{
    /// <summary>Detections up to this score are noise.</summary>
    private const double LowScore = 0.1;

    /// <summary>A new track's score is above the threshold by this much.</summary>
    private const double StartMargin = 0.1;

    private const double SecondLimit = 0.5, UnconfirmedLimit = 0.7;

    /// <summary>A tracked and a lost track that are nearer than this are one object.</summary>
    private const double DuplicateDistance = 0.15;

    private readonly int _buffer = (int)(frameRate / 30 * settings.TrackBuffer);
    private readonly Assignment _assignment = new();
    private readonly List<ByteTrackObject> _tracked = [], _lost = [], _told = [], _candidates = [];
    private readonly List<ByteTrackObject> _pool = [], _unconfirmed = [], _found = [], _newlyLost = [];
    private readonly List<int> _high = [], _low = [];
    private long _step;
    private bool _isFirst = true;

    /// <inheritdoc/>
    public IReadOnlyList<TrackedObject> Tracks => _told;

    /// <inheritdoc/>
    public IReadOnlyList<TrackedObject> Candidates => _candidates;

    /// <summary>Tracks that are remembered, for tests.</summary>
    internal int Remembered => _tracked.Count + _lost.Count;

    /// <inheritdoc/>
    public void Predict(int steps)
    {
        Pass(steps);
        foreach (var track in _tracked)
        {
            track.LastSeen += steps;
        }
    }

    /// <inheritdoc/>
    public void Update(int steps, ReadOnlySpan<Observation> seen, TimeSpan time)
    {
        Pass(steps);
        Sort(seen);

        // First round: high scores, all confirmed tracks. Second: low scores, those that were not lost before.
        Match(_pool, _high, seen, time, settings.MatchThresh, isFused: !settings.Mot20);
        _pool.RemoveAll(static track => !track.IsTracked);
        Match(_pool, _low, seen, time, SecondLimit, isFused: false);
        _newlyLost.Clear();
        foreach (var track in _pool)
        {
            track.IsTracked = false;
            _newlyLost.Add(track);
        }

        // Third: what was seen once only must be seen again at once.
        Match(_unconfirmed, _high, seen, time, UnconfirmedLimit, isFused: !settings.Mot20);
        foreach (var track in _unconfirmed)
        {
            track.IsTracked = false;
        }

        _tracked.RemoveAll(static track => !track.IsTracked);
        Start(seen, time);
        _tracked.AddRange(_found);
        Forget();
        RemoveDuplicates();
        _told.Clear();
        _candidates.Clear();
        foreach (var track in _tracked)
        {
            (track.IsConfirmed ? _told : _candidates).Add(track);
        }

        _isFirst = false;
    }

    /// <summary>How much of a track and a detection of its class is the same, 0 to 1.</summary>
    /// <param name="track">With its expected box.</param>
    /// <param name="seen">The detection.</param>
    protected virtual double Similarity(ByteTrackObject track, in Observation seen)
    {
        return Overlap.InclusiveIoU(track.Box, seen.Box);
    }

    /// <summary>Steps pass: confirmed and lost tracks are predicted, unconfirmed ones wait where they were seen.</summary>
    private void Pass(int steps)
    {
        _step += steps;
        if (steps > _buffer + 1)
        {
            // Longer than any track is kept.
            (_isFirst, steps) = (true, 0);
            _tracked.Clear();
            _told.Clear();
            _candidates.Clear();
            _lost.Clear();
        }

        // A lost track has one frame more than the buffer (see Forget); this is for steps without frames.
        for (var i = _lost.Count - 1; i >= 0; i--)
        {
            if (_step - _lost[i].LastSeen > _buffer + 2)
            {
                _lost.RemoveAt(i);
            }
        }

        _pool.Clear();
        _unconfirmed.Clear();
        foreach (var track in _tracked)
        {
            track.Taken = -1;
            (track.IsConfirmed ? _pool : _unconfirmed).Add(track);
        }

        _pool.AddRange(_lost);
        foreach (var track in _pool)
        {
            track.Predict(steps);
        }
    }

    /// <summary>Parts the detections; one whose score equals the threshold is in neither half, as in the reference.</summary>
    private void Sort(ReadOnlySpan<Observation> seen)
    {
        _high.Clear();
        _low.Clear();
        for (var i = 0; i < seen.Length; i++)
        {
            if (seen[i].Score > settings.TrackThresh)
            {
                _high.Add(i);
            }
            else if (seen[i].Score > LowScore && seen[i].Score < settings.TrackThresh)
            {
                _low.Add(i);
            }
        }

        _found.Clear();
    }

    /// <summary>Gives tracks detections; both lists keep what is left, in their order.</summary>
    private void Match(
        List<ByteTrackObject> tracks, List<int> left, ReadOnlySpan<Observation> seen, TimeSpan time, double limit, bool isFused)
    {
        var costs = _assignment.Begin(tracks.Count, left.Count);
        for (var row = 0; row < tracks.Count; row++)
        {
            for (var column = 0; column < left.Count; column++)
            {
                ref readonly var candidate = ref seen[left[column]];
                var isAlien = tracks[row].Class != candidate.Class;
                var similarity = isAlien ? double.NegativeInfinity : Similarity(tracks[row], candidate);
                costs[(row * left.Count) + column] = 1 - (isFused ? (1 - (1 - similarity)) * candidate.Score : similarity);
            }
        }

        var columns = _assignment.Solve(limit);
        var kept = 0;
        for (var row = 0; row < columns.Length; row++)
        {
            var track = tracks[row];
            if (columns[row] < 0)
            {
                tracks[kept++] = track;
                continue;
            }

            if (!track.IsTracked)
            {
                _found.Add(track);
            }

            var index = left[columns[row]];
            track.Take(seen[index], index, time, _step);
            left[columns[row]] = -1;
        }

        tracks.RemoveRange(kept, tracks.Count - kept);
        left.RemoveAll(static index => index < 0);
    }

    private void Start(ReadOnlySpan<Observation> seen, TimeSpan time)
    {
        foreach (var index in _high)
        {
            if (seen[index].Score >= settings.TrackThresh + StartMargin)
            {
                _tracked.Add(new ByteTrackObject(ids.Next(), seen[index], time, _step) { IsConfirmed = _isFirst, Taken = index });
            }
        }
    }

    /// <summary>
    /// Lost tracks: those that were found leave the list, new ones enter it, and those that timed out in an earlier frame go. The
    /// reference marks them a frame before it drops them, and drops at once what is lost again after it was marked.
    /// </summary>
    private void Forget()
    {
        foreach (var track in _lost)
        {
            if (_step - track.LastSeen > _buffer)
            {
                track.TimedOutAt ??= _step;
            }
        }

        _lost.RemoveAll(static track => track.IsTracked);
        _lost.AddRange(_newlyLost);
        for (var i = _lost.Count - 1; i >= 0; i--)
        {
            if (_lost[i].TimedOutAt < _step)
            {
                _lost.RemoveAt(i);
            }
        }
    }

    /// <summary>Of a tracked and a lost track in one place the one that was followed for longer stays.</summary>
    private void RemoveDuplicates()
    {
        _pool.Clear();
        foreach (var tracked in _tracked)
        {
            foreach (var lost in _lost)
            {
                if (tracked.Class == lost.Class && 1 - Overlap.InclusiveIoU(tracked.Box, lost.Box) < DuplicateDistance)
                {
                    _pool.Add(tracked.LastSeen - tracked.Start > lost.LastSeen - lost.Start ? lost : tracked);
                }
            }
        }

        foreach (var track in _pool)
        {
            (track.IsTracked ? _tracked : _lost).Remove(track);
        }
    }
}
