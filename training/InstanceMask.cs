using Streaming.Model.Masks;
using Streaming.Model.Ops;
using Streaming.Model.Structures;

namespace Streaming.Training;

/// <summary>The true outline of one object, in pixels of the training image.</summary>
internal abstract record InstanceMask
{
    /// <summary>What the mask head should answer for a box: side x side of 0 and 1, in rows.</summary>
    public abstract byte[] Target(Box box, int side);

    /// <summary>The smallest box around it; empty when nothing is set.</summary>
    public abstract Box Bounds();
}

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

/// <summary>One byte a pixel, 0 or 1, in rows.</summary>
/// <param name="Pixels">The bytes.</param>
/// <param name="Size">The image's.</param>
internal sealed record BitmapMask(byte[] Pixels, ImageSize Size) : InstanceMask
{
    public override byte[] Target(Box box, int side)
    {
        return MaskTargets.FromBitmap(Pixels, Size, box, side, RoiAlign.FastCpu);
    }

    public override Box Bounds()
    {
        var (left, top, right, bottom) = (Size.Width, Size.Height, 0, 0);
        for (var y = 0; y < Size.Height; y++)
        {
            var row = Pixels.AsSpan(y * Size.Width, Size.Width);
            var first = row.IndexOf((byte)1);
            if (first >= 0)
            {
                (left, right) = (Math.Min(left, first), Math.Max(right, row.LastIndexOf((byte)1) + 1));
                (top, bottom) = (Math.Min(top, y), y + 1);
            }
        }

        return right > left ? new Box(left, top, right, bottom) : default;
    }
}

/// <summary>The objects of a training image; the lists run in parallel.</summary>
/// <param name="Boxes">In pixels of the training image.</param>
/// <param name="Classes">0 to K - 1.</param>
/// <param name="Masks">Empty for a network without masks.</param>
internal sealed record GroundTruth(Box[] Boxes, int[] Classes, InstanceMask[] Masks)
{
    public int Count => Boxes.Length;
}
