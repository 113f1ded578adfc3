using Streaming.Model.Ops;
using static TorchSharp.torch;

namespace Streaming.Training.Losses;

/// <summary>The losses that detectron2 takes from fvcore and PyTorch, summed up or averaged as it does.</summary>
internal static class LossFunctions
{
    /// <summary>
    /// The sum of smooth L1 over all elements: quadratic below <paramref name="beta"/>, linear above; plain L1 for a beta of
    /// 0.
    /// </summary>
    public static Tensor SmoothL1Sum(Tensor predicted, Tensor truth, double beta)
    {
        using var scope = NewDisposeScope();
        var distance = (predicted - truth).abs();
        if (beta >= 1e-5)
        {
            var quadratic = distance.square().mul(Scalars.Of(0.5 / beta));
            distance = where(distance.lt(Scalars.Of(beta)), quadratic, distance.sub(Scalars.Of(0.5 * beta)));
        }

        return distance.sum().MoveToOuterDisposeScope();
    }

    /// <summary>Binary cross-entropy of logits, summed up.</summary>
    public static Tensor BinarySum(Tensor logits, Tensor truth)
    {
        return nn.functional.binary_cross_entropy_with_logits(logits, truth, reduction: nn.Reduction.Sum);
    }

    /// <summary>Binary cross-entropy of logits, averaged.</summary>
    public static Tensor BinaryMean(Tensor logits, Tensor truth)
    {
        return nn.functional.binary_cross_entropy_with_logits(logits, truth, reduction: nn.Reduction.Mean);
    }

    /// <summary>Zero, with a gradient of zero: nothing to learn from, but the graph stays whole.</summary>
    public static Tensor Nothing(Tensor predicted)
    {
        using var sum = predicted.sum();
        return sum.mul(Scalars.Of(0));
    }
}
