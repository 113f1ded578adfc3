using Streaming.Config.Run;
using Streaming.Config.Run.Zones;
using Streaming.Model.Structures;

namespace Streaming.Stages.Zones;

/// <summary>Which objects of a source are there at all: classes, scores, and areas that are ignored.</summary>
/// <param name="source">What the user wants.</param>
/// <param name="start">The picture as it is when the source is opened.</param>
internal sealed class SourceFilter(SourceConfig source, ImageSize start)
{
    private readonly (Area Area, Anchor Anchor)[] _ignored =
        [.. source.Ignore.Select(region => (new Area(Plane.Points(region.Shape, start)), region.Anchor))];

    /// <summary>Whether a user wants any of it.</summary>
    public static bool IsWanted(SourceConfig source)
    {
        return source.Filter != ObjectFilter.All || source.Ignore.Count > 0;
    }

    /// <summary>Whether an object is there.</summary>
    /// <param name="detection">The object.</param>
    /// <param name="size">The frame's size.</param>
    public bool Keeps(Detection detection, ImageSize size)
    {
        return source.Filter.Passes(detection.Category.Name, detection.Score)
            && !_ignored.Any(item => item.Area.Contains(Plane.AnchorOf(detection.Box, item.Anchor, size)));
    }
}
