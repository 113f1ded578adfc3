using System.Globalization;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Zones;

/// <summary>Collects what a frame tells, and numbers it.</summary>
/// <param name="frame">The frame that tells it.</param>
/// <param name="before">How many events others have added to the frame.</param>
internal sealed class EventWriter(FrameIdentity frame, int before)
{
    private readonly List<ObjectEvent> _events = [];

    /// <summary>What happened, in order.</summary>
    public IReadOnlyList<ObjectEvent> Events => _events;

    /// <summary>A new event, to be filled by the caller and added.</summary>
    /// <param name="kind">What.</param>
    /// <param name="when">When it happened: before the frame, perhaps.</param>
    public ObjectEvent New(ObjectEventKind kind, Moment when)
    {
        var id = string.Create(
            CultureInfo.InvariantCulture, $"{frame.SourceId}-{frame.Epoch}-{frame.Index}-{before + _events.Count}");
        return new ObjectEvent(id, kind, when.Epoch, when.Pts, when.At);
    }

    /// <summary>Adds an event.</summary>
    public void Add(ObjectEvent item)
    {
        _events.Add(item);
    }
}
