using Streaming.Config.Zoo;
using Streaming.Model.Structures;

namespace Streaming.Stages.Frames;

/// <summary>What kind of thing happened to an object, a zone, a line or the source.</summary>
public enum ObjectEventKind
{
    /// <summary>An object is there that was not there before.</summary>
    ObjectAppeared,

    /// <summary>An object is gone.</summary>
    ObjectLeft,

    /// <summary>An object is in a zone.</summary>
    ZoneEntered,

    /// <summary>An object is no longer in a zone.</summary>
    ZoneLeft,

    /// <summary>An object has been in a zone for longer than it should.</summary>
    Loitering,

    /// <summary>An object has crossed a line.</summary>
    LineCrossed,

    /// <summary>There are more or fewer objects in a zone.</summary>
    OccupancyChanged,

    /// <summary>The source gives no frames.</summary>
    SourceLost,

    /// <summary>The source gives frames again.</summary>
    SourceBack,

    /// <summary>The clip of earlier events is whole.</summary>
    ClipSaved,
}

/// <summary>Something happened in front of a source. Equal runs tell equal events.</summary>
/// <param name="Id">Unique in a run, and the same when the run is resumed: source, epoch, frame and a number.</param>
/// <param name="Kind">What.</param>
/// <param name="Epoch">The source's epoch.</param>
/// <param name="Pts">When, in the source's time.</param>
/// <param name="At">When, in UTC.</param>
public sealed record ObjectEvent(string Id, ObjectEventKind Kind, int Epoch, TimeSpan Pts, DateTimeOffset At)
{
    /// <summary>Why, as a short constant such as "lost"; null when the kind says it all.</summary>
    public string? Cause { get; init; }

    /// <summary>The zone's name.</summary>
    public string? Zone { get; init; }

    /// <summary>The line's name.</summary>
    public string? Line { get; init; }

    /// <summary>Which way a line was crossed, by the names that the line gives its directions.</summary>
    public string? Direction { get; init; }

    /// <summary>Objects in the zone from then on, or crossings of the line in this direction so far.</summary>
    public int? Count { get; init; }

    /// <summary>The same by class, of those that have any; null where there is no <see cref="Count"/>.</summary>
    public IReadOnlyDictionary<string, int>? Counts { get; init; }

    /// <summary>How long the object has been there, or was.</summary>
    public TimeSpan? Dwell { get; init; }

    /// <summary>The object's track.</summary>
    public long? TrackId { get; init; }

    /// <summary>The object's class, score and box; null for events without an object.</summary>
    public EventSubject? Subject { get; init; }

    /// <summary>A picture of it: a path in the output's folder.</summary>
    public string? Snapshot { get; init; }

    /// <summary>The film of it: a path in the output's folder.</summary>
    public string? Clip { get; init; }

    /// <summary>The ids of the events that a clip shows.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];
}

/// <summary>The object of an event.</summary>
/// <param name="Category">Its class.</param>
/// <param name="Score">0 to 1.</param>
/// <param name="Box">In the frame's pixels.</param>
public sealed record EventSubject(Category Category, float Score, Box Box);
