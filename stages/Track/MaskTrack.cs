using Streaming.Config.Run;

namespace Streaming.Stages.Track;

/// <summary>
/// ByteTrack's rounds with a finer similarity: the mean of the boxes' overlap and the masks'. Two people who cross share most of
/// their boxes, and hardly a pixel. A track's mask is the last one seen, moved by the way that its box is expected to have gone.
/// Without masks it is <see cref="ByteTrack"/>.
/// </summary>
/// <param name="settings">Its parameters.</param>
/// <param name="frameRate">Steps a second.</param>
/// <param name="ids">Numbers the tracks.</param>
internal sealed class MaskTrack(TrackingSection settings, double frameRate, TrackIds ids) : ByteTrack(settings, frameRate, ids)
{
    /// <inheritdoc/>
    protected override double Similarity(ByteTrackObject track, in Observation seen)
    {
        var boxes = base.Similarity(track, seen);
        if (boxes == 0 || track.Mask is not { } mask || seen.Mask is not { } other || mask.Size != other.Size)
        {
            return boxes;
        }

        var right = (int)Math.Round(track.Box.CenterX - track.MaskBox.CenterX);
        var down = (int)Math.Round(track.Box.CenterY - track.MaskBox.CenterY);
        return (boxes + MaskOverlap.IoU(mask, right, down, other)) / 2;
    }
}
