using Streaming.Config.Run.Zones;
using Streaming.Config.Settings;
using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Zones;

/// <summary>A tracked object in a frame, in numbers as a record holds them.</summary>
/// <param name="Id">Its track.</param>
/// <param name="When">The frame's time.</param>
/// <param name="Size">The frame's size in pixels.</param>
/// <param name="Subject">Class, score and box.</param>
/// <param name="Mask">Null when there is none.</param>
internal readonly record struct Sighting(long Id, Moment When, ImageSize Size, EventSubject Subject, Rle? Mask)
{
    /// <summary>The sighting in a detection.</summary>
    /// <param name="detection">One that a track has taken up.</param>
    /// <param name="when">The frame's time.</param>
    /// <param name="size">The frame's size.</param>
    public static Sighting Of(Detection detection, Moment when, ImageSize size)
    {
        var read = RecordedPrecision.AsRead(detection);
        return new Sighting(
            read.Track!.Id, when, size, new EventSubject(read.Category, read.Score, read.Box), read.Mask);
    }

    /// <summary>Where the object is, in parts of the picture.</summary>
    public PlanePoint At(Anchor anchor)
    {
        return Plane.AnchorOf(Subject.Box, anchor, Size);
    }

    /// <summary>Whether a filter lets the object count.</summary>
    public bool Passes(ObjectFilter filter)
    {
        return filter.Passes(Subject.Category.Name, Subject.Score);
    }
}
