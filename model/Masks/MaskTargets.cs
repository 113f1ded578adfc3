using Streaming.Model.Ops;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Masks;

/// <summary>What a mask within a box should look like at the mask head's resolution: the target that it learns from.</summary>
internal static class MaskTargets
{
    /// <summary>
    /// From polygons: moved and stretched with the box, then drawn at the small size (detectron2's
    /// rasterize_polygons_within_box). One byte a pixel in rows.
    /// </summary>
    public static byte[] FromPolygons(IReadOnlyList<double[]> polygons, Box box, int side)
    {
        // A box narrower than a tenth of a pixel is taken as that wide.
        var ratioX = side / Math.Max((double)box.X1 - box.X0, 0.1);
        var ratioY = side / Math.Max((double)box.Y1 - box.Y0, 0.1);
        double[][] moved = [.. polygons.Select(polygon => polygon
            .Select((value, i) => i % 2 == 0 ? (value - box.X0) * ratioX : (value - box.Y0) * ratioY)
            .ToArray())];
        return Polygons.ToMask(moved, new ImageSize(side, side)).Decode();
    }

    /// <summary>From a bitmap: ROIAlign of it, set from one half on (detectron2's BitMasks.crop_and_resize).</summary>
    public static byte[] FromBitmap(ReadOnlySpan<byte> mask, ImageSize size, Box box, int side, RoiAlign.Kernel roiAlign)
    {
        using var scope = NewDisposeScope();
        var map = from_array(mask.ToArray()).reshape(1, 1, size.Height, size.Width).to(ScalarType.Float32);
        var pooled = roiAlign([map], [1.0], new RoiBatch([box], [0], [0]), side, 0);
        return [.. pooled.ToArray<float>().Select(value => value >= 0.5f ? (byte)1 : (byte)0)];
    }
}
