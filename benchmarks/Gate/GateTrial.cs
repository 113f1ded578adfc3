using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Scenes;
using Streaming.Stages.Frames;
using Streaming.Stages.Gate;
using Streaming.Stages.Track;

namespace Streaming.Benchmarks.Gate;

/// <summary>
/// Follows the objects of a drawn street twice at once, with the gate and without it, from the same detections. Times are the
/// frames' own, and the gate knows at once what the tracker knows: the outcome does not depend on the machine.
/// </summary>
internal sealed class GateTrial : IDisposable
{
    /// <summary>A detection is on an object when they overlap by this much.</summary>
    private const float MinIoU = 0.5f;

    private readonly TrackActivity _activity = new();
    private readonly MotionGate _gate;
    private readonly TrackHook _with;
    private readonly TrackHook _without;
    private readonly Dictionary<long, Sighting> _objects = [];
    private int _frames, _withObject, _seen;

    private GateTrial(ImageSize size, int rate)
    {
        var (tracking, source) = (
            new TrackingSection(), new SourceInfo("street", "street", size, FrameRate.From(rate), null));
        _gate = new MotionGate(_activity, new MotionSensitivity(), GateSection.Usual.Interval);
        _with = new TrackHook(tracking, source, _activity);
        _without = new TrackHook(tracking, source, new TrackActivity());
    }

    /// <summary>Runs a street.</summary>
    /// <param name="address">Which.</param>
    /// <param name="rate">Frames a second.</param>
    /// <param name="seconds">Its length.</param>
    /// <param name="detect">What the network makes of a frame and its truth.</param>
    public static StreetOutcome Run(
        StreetAddress address, int rate, int seconds, Func<Frame, IReadOnlyList<StreetObject>, IReadOnlyList<Detection>> detect)
    {
        using var trial = new GateTrial(address.Size, rate);
        foreach (var (frame, objects) in DrawnFrames.Of(address.Open(), rate, rate * seconds))
        {
            trial.Take(frame, objects, detect(frame, objects));
        }

        return new StreetOutcome(
            address.Seed,
            trial._frames,
            trial._withObject,
            trial._seen,
            [
                .. trial._objects.Select(item => new ObjectOutcome(
                    item.Key, TimeSpan.FromSeconds((double)item.Value.Frames / rate), item.Value.Without, item.Value.With)),
            ]);
    }

    public void Dispose()
    {
        _gate.Dispose();
        _with.Dispose();
        _without.Dispose();
    }

    private void Take(Frame frame, IReadOnlyList<StreetObject> objects, IReadOnlyList<Detection> detections)
    {
        var (identity, size) = (frame.Identity, frame.Pixels.Size);
        var isSeen = _gate.Wants(frame);
        var without = _without.Apply(frame, new FrameResult(identity, size, detections));
        var with = _with.Apply(frame, new FrameResult(identity, size, isSeen ? detections : []) { IsGated = !isSeen });
        _frames++;
        _withObject += objects.Count > 0 ? 1 : 0;
        _seen += isSeen ? 1 : 0;
        foreach (var item in objects)
        {
            var (box, sighting) = (DrawnFrames.BoxOf(item), _objects.GetValueOrDefault(item.Id) ?? new Sighting());
            _objects[item.Id] = sighting;
            sighting.Frames++;
            sighting.Without ??= IsOn(without, box) ? identity.Pts : null;
            sighting.With ??= isSeen && IsOn(with, box) ? identity.Pts : null;
        }
    }

    private static bool IsOn(FrameResult result, Box box)
    {
        return result.Detections.Any(item => item.Track is not null && Box.IoU(item.Box, box) >= MinIoU);
    }

    private sealed class Sighting
    {
        public int Frames { get; set; }

        public TimeSpan? Without { get; set; }

        public TimeSpan? With { get; set; }
    }
}
