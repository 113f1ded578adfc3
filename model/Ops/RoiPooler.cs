using Streaming.Config.Detectron;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Ops;

/// <summary>Pools each region from the pyramid's level that suits its size (Lin et al. 2017, equation 1).</summary>
internal sealed class RoiPooler
{
    private const float CanonicalSize = 224;
    private const int CanonicalLevel = 4;

    private readonly IReadOnlyList<string> _levels;
    private readonly ShapeSpec[] _shapes;
    private readonly PoolerConfig _config;
    private readonly RoiAlign.Kernel _roiAlign;

    /// <param name="levels">Consecutive levels, finest first, for example p2 to p5.</param>
    /// <param name="shapes">What each level of the pyramid is.</param>
    /// <param name="config">Resolution and samples.</param>
    /// <param name="roiAlign">The kernel.</param>
    public RoiPooler(
        IReadOnlyList<string> levels,
        IReadOnlyDictionary<string, ShapeSpec> shapes,
        PoolerConfig config,
        RoiAlign.Kernel roiAlign)
    {
        (_levels, _config, _roiAlign) = (levels, config, roiAlign);
        _shapes = [.. levels.Select(level => shapes[level])];
    }

    /// <summary>
    /// The level for a box, as an index into the pooler's levels: floor(4 + log2(sqrt(area) / 224 + 1e-8)), clamped, in
    /// float32 as detectron2 computes it.
    /// </summary>
    /// <param name="box">In pixels of the network's input.</param>
    /// <param name="minLevel">The finest level's number, 2 for p2.</param>
    /// <param name="maxLevel">The coarsest level's number.</param>
    public static int AssignLevel(Box box, int minLevel, int maxLevel)
    {
        var level = MathF.Floor(CanonicalLevel + MathF.Log2((MathF.Sqrt(box.Area) / CanonicalSize) + 1e-8f));
        return (int)Math.Clamp(float.IsNaN(level) ? minLevel : level, minLevel, maxLevel) - minLevel;
    }

    /// <summary>
    /// Pools the boxes of each image: (R, C, resolution, resolution), the images' boxes one after the other. The caller owns it.
    /// </summary>
    public Tensor Pool(IReadOnlyDictionary<string, Tensor> pyramid, IReadOnlyList<Box[]> boxes)
    {
        var all = boxes.SelectMany(image => image).ToArray();
        var rois = new RoiBatch(
            all,
            [.. boxes.SelectMany((image, index) => Enumerable.Repeat(index, image.Length))],
            [.. all.Select(box => AssignLevel(box, _shapes[0].Level, _shapes[^1].Level))]);
        rois = _config.IsAligned ? rois : Unaligned(rois);
        using var scope = NewDisposeScope();
        return _roiAlign(
            [.. _levels.Select(level => pyramid[level])],
            [.. _shapes.Select(shape => shape.Scale)],
            rois,
            _config.Resolution,
            _config.SamplingRatio).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The regions that ROIAlign in its aligned form pools as its first form does the given ones (detectron2's "ROIAlign"):
    /// half a pixel of the feature map further, and at least a pixel wide and high.
    /// </summary>
    private RoiBatch Unaligned(RoiBatch rois)
    {
        return rois with { Boxes = [.. rois.Boxes.Zip(rois.Levels, Unaligned)] };

        Box Unaligned(Box box, int level)
        {
            float pixel = _shapes[level].Stride;
            return new Box(
                box.X0 + (pixel / 2),
                box.Y0 + (pixel / 2),
                Math.Max(box.X1, box.X0 + pixel) + (pixel / 2),
                Math.Max(box.Y1, box.Y0 + pixel) + (pixel / 2));
        }
    }
}
