using Streaming.Model.Masks;
using Streaming.Model.Structures;

namespace Streaming.Training.Data;

/// <summary>Polygons, each x, y, x, y…</summary>
/// <param name="Parts">One or more.</param>
internal sealed record PolygonMask(IReadOnlyList<double[]> Parts) : InstanceMask
{
    public override byte[] Target(Box box, int side)
    {
        return MaskTargets.FromPolygons(Parts, box, side);
    }

    public override Box Bounds()
    {
        var points = Parts.Where(part => part.Length > 0).ToArray();
        return points.Length == 0
            ? default
            : new Box(
                (float)points.Min(part => Axis(part, 0).Min()),
                (float)points.Min(part => Axis(part, 1).Min()),
                (float)points.Max(part => Axis(part, 0).Max()),
                (float)points.Max(part => Axis(part, 1).Max()));
    }

    private static IEnumerable<double> Axis(double[] part, int axis)
    {
        return part.Where((_, i) => i % 2 == axis);
    }
}
