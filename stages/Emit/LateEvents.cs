using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit;

/// <summary>
/// Events of one source that become known after their frames: the outputs that learn of them put them in, and the output that
/// tells events takes them out with the next frame, tick or end. Safe for any thread.
/// </summary>
internal sealed class LateEvents
{
    /// <summary>Where nobody takes a camera's events out, the oldest ones are forgotten. A file ends some time.</summary>
    private const int Most = 1000;

    private readonly Lock _gate = new();
    private readonly Queue<(long? Frame, ObjectEvent Item)> _events = new();

    /// <summary>
    /// The frame of a file with which events are put in. A run that resumes gives each output the earlier frames in turn, and
    /// still each event is taken out with the frame that it was put in with. Null for a camera: the next frame is the right one.
    /// </summary>
    public long? Frame { get; set; }

    /// <summary>Puts an event in.</summary>
    public void Tell(ObjectEvent item)
    {
        lock (_gate)
        {
            _events.Enqueue((Frame, item));
            if (Frame is null && _events.Count > Most)
            {
                _events.Dequeue();
            }
        }
    }

    /// <summary>Takes events out, oldest first.</summary>
    /// <param name="frame">The frame to which they are told; null takes all out.</param>
    public IReadOnlyList<ObjectEvent> Take(long? frame = null)
    {
        var taken = new List<ObjectEvent>();
        lock (_gate)
        {
            while (_events.TryPeek(out var next) && !(next.Frame > frame))
            {
                taken.Add(_events.Dequeue().Item);
            }
        }

        return taken;
    }
}
