using Streaming.Model.Structures;
using Streaming.Stages.Frames;
using Streaming.Stages.Hooks;

namespace Streaming.Benchmarks.Tracks;

/// <summary>
/// The simplest tracker, to compare others with: each detection, best first, goes on with the track whose last box it overlaps
/// most.
/// </summary>
internal sealed class GreedyTracker : IResultHook
{
    private const float MinIoU = 0.3f;
    private const double MinScore = 0.5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Dictionary<long, (Box Box, TimeSpan First, TimeSpan Last, int Hits)> _tracks = [];
    private long _ids;

    /// <inheritdoc/>
    public FrameResult Apply(Frame frame, FrameResult result)
    {
        var now = result.Identity.Pts;
        foreach (var id in _tracks.Where(track => now - track.Value.Last > Patience).Select(track => track.Key).ToArray())
        {
            _tracks.Remove(id);
        }

        return result with { Detections = [.. result.Detections.Select(item => Follow(item, now))] };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Owns nothing.
    }

    private Detection Follow(Detection detection, TimeSpan now)
    {
        if (detection.Score < MinScore)
        {
            return detection;
        }

        var (id, iou) = _tracks
            .Where(track => track.Value.Last < now)
            .Select(track => (track.Key, Box.IoU(track.Value.Box, detection.Box)))
            .DefaultIfEmpty()
            .MaxBy(track => track.Item2);
        id = iou >= MinIoU ? id : ++_ids;
        var (_, first, _, hits) = _tracks.GetValueOrDefault(id, (default, now, now, 0));
        _tracks[id] = (detection.Box, first, now, hits + 1);
        return detection with { Track = new TrackInfo(id, now - first, hits + 1) };
    }
}
