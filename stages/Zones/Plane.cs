using Streaming.Config.Run.Zones;
using Streaming.Config.Settings;
using Streaming.Model.Structures;

namespace Streaming.Stages.Zones;

/// <summary>
/// Positions as parts of a picture's width and height, 0 to 1: they stay where they are when the picture's size changes.
/// </summary>
internal static class Plane
{
    /// <summary>A user's points as parts of the picture.</summary>
    /// <param name="shape">What the user said.</param>
    /// <param name="size">The picture as it is when the source is opened.</param>
    public static PlanePoint[] Points(ShapeConfig shape, ImageSize size)
    {
        return shape.Units == Units.Relative
            ? [.. shape.Points]
            : [.. shape.Points.Select(point => new PlanePoint(point.X / size.Width, point.Y / size.Height))];
    }

    /// <summary>Where an object is.</summary>
    /// <param name="box">In pixels.</param>
    /// <param name="anchor">Which of the box's points.</param>
    /// <param name="size">The picture's size.</param>
    public static PlanePoint AnchorOf(Box box, Anchor anchor, ImageSize size)
    {
        var y = anchor == Anchor.Center ? ((double)box.Y0 + box.Y1) / 2 : box.Y1;
        return new PlanePoint(((double)box.X0 + box.X1) / 2 / size.Width, y / size.Height);
    }
}
