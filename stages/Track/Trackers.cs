using Streaming.Config.Run;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Track;

/// <summary>The trackers by their kinds.</summary>
internal static class Trackers
{
    /// <summary>A new tracker, without tracks.</summary>
    /// <param name="settings">Which, and its parameters.</param>
    /// <param name="frameRate">Steps a second.</param>
    /// <param name="ids">Numbers the tracks.</param>
    public static ITracker Create(TrackingSection settings, double frameRate, TrackIds ids)
    {
        return settings.Kind switch
        {
            TrackerKind.OcSort => new OcSort(settings, ids),
            TrackerKind.Masks => new MaskTrack(settings, frameRate, ids),
            _ => new ByteTrack(settings, frameRate, ids),
        };
    }
    /// <summary>How long a track may be lost and still be found again, by PTS.</summary>
    /// <param name="settings">The tracker.</param>
    /// <param name="rate">Of the source; null when unknown.</param>
    public static TimeSpan MemoryOf(TrackingSection settings, FrameRate? rate)
    {
        // A track is removed in the step after its last one.
        var frameRate = rate?.Value ?? TrackHook.UsualRate;
        var steps = settings.Kind == TrackerKind.OcSort ? settings.MaxAge : (int)(frameRate / 30 * settings.TrackBuffer);
        return TimeSpan.FromSeconds((steps + 1) / frameRate);
    }
}
