using static TorchSharp.torch;

namespace Streaming.Model.Ops;

/// <summary>
/// The parameterisation (dx, dy, dw, dh) of a box relative to another one, as in R-CNN (Girshick et al. 2014, appendix
/// C) and detectron2's Box2BoxTransform. All methods return a new tensor that the caller owns.
/// </summary>
internal static class BoxTransform
{
    /// <summary>The limit of dw and dh, so that exp does not overflow: log(1000 / 16).</summary>
    public static readonly double ScaleClamp = Math.Log(1000.0 / 16);

    /// <summary>
    /// Applies <paramref name="deltas"/> (n, k*4) to <paramref name="boxes"/> (n, 4): k boxes for each one, as (n, k*4).
    /// </summary>
    public static Tensor Apply(Tensor deltas, Tensor boxes, IReadOnlyList<double> weights)
    {
        using var scope = NewDisposeScope();
        var d = deltas.to(ScalarType.Float32).reshape(deltas.size(0), -1, 4);
        var b = boxes.to(ScalarType.Float32).unsqueeze(1);
        var width = b.select(2, 2) - b.select(2, 0);
        var height = b.select(2, 3) - b.select(2, 1);
        var centerX = b.select(2, 0) + (0.5 * width);
        var centerY = b.select(2, 1) + (0.5 * height);

        var dw = (d.select(2, 2) / weights[2]).clamp_max(ScaleClamp);
        var dh = (d.select(2, 3) / weights[3]).clamp_max(ScaleClamp);
        var x = (d.select(2, 0) / weights[0] * width) + centerX;
        var y = (d.select(2, 1) / weights[1] * height) + centerY;
        var halfWidth = 0.5 * (dw.exp() * width);
        var halfHeight = 0.5 * (dh.exp() * height);
        return stack([x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight], 2)
            .reshape(deltas.size(0), -1)
            .MoveToOuterDisposeScope();
    }

    /// <summary>The deltas (n, 4) that turn each of <paramref name="source"/> (n, 4) into the one of <paramref name="target"/>.</summary>
    public static Tensor Get(Tensor source, Tensor target, IReadOnlyList<double> weights)
    {
        using var scope = NewDisposeScope();
        var (sourceWidth, sourceHeight, sourceX, sourceY) = CenterForm(source);
        var (targetWidth, targetHeight, targetX, targetY) = CenterForm(target);
        return stack(
            [
                weights[0] * (targetX - sourceX) / sourceWidth,
                weights[1] * (targetY - sourceY) / sourceHeight,
                weights[2] * (targetWidth / sourceWidth).log(),
                weights[3] * (targetHeight / sourceHeight).log(),
            ],
            1).MoveToOuterDisposeScope();
    }

    private static (Tensor Width, Tensor Height, Tensor X, Tensor Y) CenterForm(Tensor boxes)
    {
        var width = boxes.select(1, 2) - boxes.select(1, 0);
        var height = boxes.select(1, 3) - boxes.select(1, 1);
        return (width, height, boxes.select(1, 0) + (0.5 * width), boxes.select(1, 1) + (0.5 * height));
    }
}
