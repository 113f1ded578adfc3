using TorchSharp;
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

    private static readonly Scalar Half = Scalars.Of(0.5);

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
        var centerX = b.select(2, 0).Plus(width.mul(Half));
        var centerY = b.select(2, 1).Plus(height.mul(Half));

        var dw = d.select(2, 2).div(Scalars.Of(weights[2])).clamp_max(Scalars.Of(ScaleClamp));
        var dh = d.select(2, 3).div(Scalars.Of(weights[3])).clamp_max(Scalars.Of(ScaleClamp));
        var x = (d.select(2, 0).div(Scalars.Of(weights[0])) * width).Plus(centerX);
        var y = (d.select(2, 1).div(Scalars.Of(weights[1])) * height).Plus(centerY);
        var halfWidth = (dw.exp() * width).mul(Half);
        var halfHeight = (dh.exp() * height).mul(Half);
        return stack([x - halfWidth, y - halfHeight, x.Plus(halfWidth), y.Plus(halfHeight)], 2)
            .reshape(deltas.size(0), -1)
            .MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The deltas (n, 4) that turn each of <paramref name="source"/> (n, 4) into the one of <paramref name="target"/>.
    /// </summary>
    public static Tensor Get(Tensor source, Tensor target, IReadOnlyList<double> weights)
    {
        using var scope = NewDisposeScope();
        var (sourceWidth, sourceHeight, sourceX, sourceY) = CenterForm(source);
        var (targetWidth, targetHeight, targetX, targetY) = CenterForm(target);
        return stack(
            [
                (targetX - sourceX).mul(Scalars.Of(weights[0])) / sourceWidth,
                (targetY - sourceY).mul(Scalars.Of(weights[1])) / sourceHeight,
                (targetWidth / sourceWidth).log().mul(Scalars.Of(weights[2])),
                (targetHeight / sourceHeight).log().mul(Scalars.Of(weights[3])),
            ],
            1).MoveToOuterDisposeScope();
    }

    private static (Tensor Width, Tensor Height, Tensor X, Tensor Y) CenterForm(Tensor boxes)
    {
        var width = boxes.select(1, 2) - boxes.select(1, 0);
        var height = boxes.select(1, 3) - boxes.select(1, 1);
        return (width, height, boxes.select(1, 0).Plus(width.mul(Half)), boxes.select(1, 1).Plus(height.mul(Half)));
    }
}
