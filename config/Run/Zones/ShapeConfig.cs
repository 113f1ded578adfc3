using Streaming.Config.Settings;

namespace Streaming.Config.Run.Zones;

/// <summary>Where in the picture something is.</summary>
/// <param name="Points">The corners of an area, or the ends of a line.</param>
/// <param name="Units">What their coordinates count.</param>
internal sealed record ShapeConfig(ValueList<PlanePoint> Points, Units Units);
