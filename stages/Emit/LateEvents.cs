using System.Collections.Concurrent;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit;

/// <summary>
/// Events of one source that become known after their frames: the outputs that learn of them put them in, and the output that
/// tells events takes them out with the next frame, tick or end. Safe for any thread.
/// </summary>
internal sealed class LateEvents
{
    /// <summary>Where nobody takes events out, the oldest ones are forgotten.</summary>
    private const int Most = 1000;

    private readonly ConcurrentQueue<ObjectEvent> _events = new();

    /// <summary>Puts an event in.</summary>
    public void Tell(ObjectEvent item)
    {
        _events.Enqueue(item);
        while (_events.Count > Most && _events.TryDequeue(out _))
        {
            // Nobody has wanted it.
        }
    }

    /// <summary>Takes all out, oldest first.</summary>
    public IEnumerable<ObjectEvent> TakeAll()
    {
        while (_events.TryDequeue(out var item))
        {
            yield return item;
        }
    }
}
