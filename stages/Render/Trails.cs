using Streaming.Stages.Frames;

namespace Streaming.Stages.Render;

/// <summary>
/// Where the tracks of one source have been: the last centres of each. Sees results in order; a track that has not been seen
/// for as many frames as a trail is long is forgotten.
/// </summary>
/// <param name="length">Most places of a track; 0 for none.</param>
internal sealed class Trails(int length)
{
    private static readonly Dictionary<long, (int X, int Y)[]> None = [];

    private readonly Dictionary<long, (Queue<(int X, int Y)> Places, long LastFrame)> _trails = [];
    private readonly List<long> _gone = [];
    private long _frame;

    /// <summary>Tracks that are remembered, for tests.</summary>
    internal int Count => _trails.Count;

    /// <summary>Takes a result.</summary>
    /// <returns>The trails of its tracks by their ids, oldest place first: a copy, for drawing at any time.</returns>
    public IReadOnlyDictionary<long, (int X, int Y)[]> Add(FrameResult result)
    {
        if (length == 0)
        {
            return None;
        }

        _frame++;
        Dictionary<long, (int X, int Y)[]>? copies = null;
        foreach (var detection in result.Detections)
        {
            if (detection.Track is { } track)
            {
                var places = _trails.TryGetValue(track.Id, out var trail) ? trail.Places : new Queue<(int X, int Y)>(length);
                if (places.Count == length)
                {
                    places.Dequeue();
                }

                var box = detection.Box;
                places.Enqueue(((int)((box.X0 + box.X1) / 2), (int)((box.Y0 + box.Y1) / 2)));
                _trails[track.Id] = (places, _frame);
                (copies ??= [])[track.Id] = [.. places];
            }
        }

        Forget();
        return copies ?? None;
    }

    private void Forget()
    {
        _gone.Clear();
        foreach (var (id, trail) in _trails)
        {
            if (_frame - trail.LastFrame >= length)
            {
                _gone.Add(id);
            }
        }

        foreach (var id in _gone)
        {
            _trails.Remove(id);
        }
    }
}
