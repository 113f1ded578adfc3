using System.Runtime.InteropServices;
using Streaming.Config.Run;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Stages.Frames;
using Streaming.Stages.Hooks;

namespace Streaming.Stages.Track;

/// <summary>
/// Follows the objects of one source and says in its results which is which. It computes from what the JSON lines hold, rounded
/// as they are, so that a run that resumes ends up with the same tracks.
/// </summary>
/// <param name="settings">Which tracker, and its parameters.</param>
/// <param name="source">The source.</param>
/// <param name="activity">Told how many tracks there are.</param>
internal sealed class TrackHook(TrackingSection settings, SourceInfo source, TrackActivity activity) : IResultHook
{
    /// <summary>The rate of sources without one, for trackers whose times are in seconds.</summary>
    public const double UsualRate = 30;

    private readonly TrackIds _ids = new();
    private readonly StepClock _clock = new(source.FrameRate);
    private readonly List<Observation> _seen = [];
    private readonly Dictionary<int, Category> _categories = [];
    private ITracker? _tracker;
    private int _epoch;

    /// <inheritdoc/>
    public FrameResult Apply(Frame frame, FrameResult result)
    {
        return result.Outcome.Status != FrameStatus.Ok ? result : Follow(result, RecordedPrecision.AsRead);
    }

    /// <inheritdoc/>
    public void Recall(FrameResult recorded)
    {
        if (recorded.Outcome.Status == FrameStatus.Ok)
        {
            Follow(recorded, static detection => detection);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        activity.Report(0, 0);
    }

    /// <param name="result">A frame that did not fail: for the tracker one that failed was never there.</param>
    /// <param name="asRead">A detection as the record gives it back.</param>
    private FrameResult Follow(FrameResult result, Func<Detection, Detection> asRead)
    {
        if (_tracker is null || result.Identity.Epoch != _epoch)
        {
            // Nobody knows what happened while the source was away: no track goes on, and no number is given twice.
            _tracker = Trackers.Create(settings, source.FrameRate?.Value ?? UsualRate, _ids);
            _epoch = result.Identity.Epoch;
            _clock.Restart();
        }

        var steps = _clock.StepTo(result.Identity);
        var told = result.IsGated ? Expect(_tracker, result, steps) : Take(_tracker, result, steps, asRead);
        Report(_tracker, result.Identity.Pts);
        return told;
    }

    private FrameResult Take(ITracker tracker, FrameResult result, int steps, Func<Detection, Detection> asRead)
    {
        _seen.Clear();
        foreach (var detection in result.Detections)
        {
            var read = asRead(detection);
            _seen.Add(new Observation(TrackBox.Of(read.Box), read.Score, read.Class, read.Mask));
            _categories[read.Class] = read.Category;
        }

        tracker.Update(steps, CollectionsMarshal.AsSpan(_seen), result.Identity.Pts);
        if (tracker.Tracks.Count == 0)
        {
            return result;
        }

        Detection[] detections = [.. result.Detections];
        List<Category>? started = null;
        foreach (var track in tracker.Tracks)
        {
            detections[track.Taken] = detections[track.Taken] with { Track = Tell(track, result.Identity.Pts) };
            if (!track.IsTold)
            {
                track.IsTold = true;
                (started ??= []).Add(_categories[track.Class]);
            }
        }

        return result with { Detections = detections, StartedTracks = started ?? result.StartedTracks };
    }

    /// <summary>A frame that nobody looked at: where the tracks are expected, as far as that is in the picture.</summary>
    private FrameResult Expect(ITracker tracker, FrameResult result, int steps)
    {
        tracker.Predict(steps);
        var expected = tracker.Tracks
            .Select(track => new Detection(
                track.Class,
                _categories[track.Class],
                (float)track.Score,
                track.Box.ToBox().ClipTo(result.Size),
                null,
                Tell(track, result.Identity.Pts) with { IsPredicted = true }))
            .Where(detection => detection.Box.IsNonEmpty())
            .OrderByDescending(detection => detection.Score)
            .ThenBy(detection => detection.Track!.Id);
        return result with { Detections = [.. expected] };
    }

    private static TrackInfo Tell(TrackedObject track, TimeSpan now)
    {
        return new TrackInfo(track.Id, now > track.FirstSeen ? now - track.FirstSeen : TimeSpan.Zero, track.Hits);
    }

    private static int Moving(IReadOnlyList<TrackedObject> objects, TimeSpan now)
    {
        var moving = 0;
        for (var i = 0; i < objects.Count; i++)
        {
            moving += objects[i].IsMoving(now) ? 1 : 0;
        }

        return moving;
    }

    private void Report(ITracker tracker, TimeSpan now)
    {
        activity.Report(tracker.Tracks.Count, Moving(tracker.Tracks, now) + Moving(tracker.Candidates, now));
    }
}
