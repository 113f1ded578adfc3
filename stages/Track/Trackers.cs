using Streaming.Config.Run;

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
}
