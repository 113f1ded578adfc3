using Streaming.Model.Structures;
using Streaming.Stages.Frames;
using Streaming.Stages.Hooks;
using Streaming.Stages.Track;

namespace Streaming.Stages.Gate;

/// <summary>
/// Lets the network see a frame when something moves in it, when a known object moves, and now and then in any case. Motion in
/// which the network finds nothing is looked at less often. Times are the source's own (PTS), so that a file gives the same
/// result at any speed.
/// </summary>
/// <param name="activity">What the source's tracker knows; written by another thread, some frames behind.</param>
/// <param name="sensitivity">What counts as motion.</param>
/// <param name="interval">Longest time between two frames that the network sees.</param>
internal sealed class MotionGate(TrackActivity activity, MotionSensitivity sensitivity, TimeSpan interval) : IInferenceGate
{
    /// <summary>
    /// After motion the network sees the next frames too: objects slow down, and a tracker wants to see a new one twice.
    /// </summary>
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// When the network has looked at motion for so long and no object moves, it was leaves, rain or a shadow: it looks now and
    /// then, until it finds something or the picture rests for as long.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Between two looks at motion in which nothing was found.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(0.2);

    private MotionDetector? _detector;
    private float[] _grey = [];
    private ImageSize _size;
    private int _epoch;
    private TimeSpan _lastPts;
    private TimeSpan _openUntil;
    private TimeSpan _lastSeen;

    /// <summary>Since when something moves and no object does; null while the picture rests or objects move.</summary>
    private TimeSpan? _nothingFoundSince;
    private TimeSpan _lastMotion;

    /// <inheritdoc/>
    public bool Wants(Frame frame)
    {
        var (identity, size) = (frame.Identity, frame.Pixels.Size);
        if (_detector is null || identity.Epoch != _epoch || size != _size || identity.Pts < _lastPts)
        {
            Begin(identity, size);
        }

        GreyThumbnail.Shrink(frame.Pixels.View, _grey);
        var motion = _detector!.Look(_grey, (identity.Pts - _lastPts).TotalSeconds, activity.Moving > 0);
        _lastPts = identity.Pts;
        // A new scene is seen at once, but no longer than that: if there is an object in it, it is found now.
        var wants = motion == Motion.Scene
            || IsOpen(motion == Motion.Object, identity.Pts)
            || identity.Pts - _lastSeen >= interval;
        _lastSeen = wants ? identity.Pts : _lastSeen;
        return wants;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Holds no memory of its own.
    }

    private bool IsOpen(bool moves, TimeSpan now)
    {
        var isKnown = activity.Moving > 0;
        _lastMotion = moves ? now : _lastMotion;
        _nothingFoundSince = isKnown || now - _lastMotion > Patience ? null
            : _nothingFoundSince ?? (moves ? now : null);
        if (!isKnown && now - _nothingFoundSince > Patience)
        {
            return now <= _openUntil || (moves && now - _lastSeen >= Glance);
        }

        _openUntil = moves || isKnown ? now + Hold : _openUntil;
        return now <= _openUntil;
    }

    private void Begin(FrameIdentity first, ImageSize size)
    {
        (_epoch, _size, _lastPts, _lastSeen) = (first.Epoch, size, first.Pts, first.Pts);
        (_openUntil, _lastMotion, _nothingFoundSince) = (TimeSpan.MinValue, first.Pts, null);
        var small = GreyThumbnail.SizeOf(size);
        _grey = new float[small.Height * small.Width];
        _detector = new MotionDetector(small, sensitivity);
    }
}
