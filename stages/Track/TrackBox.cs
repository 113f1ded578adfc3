using Streaming.Model.Structures;

namespace Streaming.Stages.Track;

/// <summary>A box in double precision, in pixels: trackers compute with it as their references do.</summary>
/// <param name="X0">Left edge.</param>
/// <param name="Y0">Top edge.</param>
/// <param name="X1">Right edge.</param>
/// <param name="Y1">Bottom edge.</param>
internal readonly record struct TrackBox(double X0, double Y0, double X1, double Y1)
{
    /// <summary>Right minus left edge.</summary>
    public double Width => X1 - X0;

    /// <summary>Bottom minus top edge.</summary>
    public double Height => Y1 - Y0;

    /// <summary>Half way from left to right.</summary>
    public double CenterX => (X0 + X1) / 2;

    /// <summary>Half way from top to bottom.</summary>
    public double CenterY => (Y0 + Y1) / 2;

    /// <summary>A detection's box.</summary>
    public static TrackBox Of(Box box)
    {
        return new TrackBox(box.X0, box.Y0, box.X1, box.Y1);
    }

    /// <summary>In single precision, as detections have it.</summary>
    public Box ToBox()
    {
        return new Box((float)X0, (float)Y0, (float)X1, (float)Y1);
    }
}
