using Streaming.Model.Ops;
using Streaming.Model.Profiling;
using static TorchSharp.torch;

namespace Streaming.Model.Layers;

/// <summary>The last layer of a mask head for the classes that are wanted alone: a row of weights for each region.</summary>
/// <param name="weights">A mask for each class, or one for all; owned by this instance.</param>
internal sealed class OwnMaskWeights(ConvolutionWeights weights) : IDisposable
{
    /// <summary>Pixels (R, n, C) to the logits (R, n, 1) of each region's own class, float32. The caller owns them.</summary>
    /// <param name="pixels">Of R regions.</param>
    /// <param name="classes">(R), int64.</param>
    public Tensor Apply(Tensor pixels, Tensor classes)
    {
        using var scope = NewDisposeScope();
        var index = weights.Shape.OutChannels == 1 ? zeros_like(classes) : classes;
        var own = weights.Weight.index_select(0, index).reshape(classes.size(0), -1, 1);
        var x = MixedPrecision.Factor(pixels, own);
        var logits = x.bmm(own).Plus(weights.Bias.index_select(0, index).reshape(-1, 1, 1));
        NetworkProfile.Count(logits, own.size(1), x, own);
        return MixedPrecision.Full(logits).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        weights.Dispose();
    }
}
