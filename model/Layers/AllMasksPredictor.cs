using Streaming.Model.Ops;
using static TorchSharp.torch;

namespace Streaming.Model.Layers;

/// <summary>Masks of all classes, of which each region's own is taken: detectron2's operations, with a gradient.</summary>
/// <param name="deconvolution">Its owner's.</param>
/// <param name="predictor">A mask for each class, or one for all; its owner's.</param>
internal sealed class AllMasksPredictor(Deconvolution deconvolution, ConvNorm predictor) : IMaskPredictor
{
    /// <inheritdoc/>
    public Tensor Forward(Tensor features, Tensor classes)
    {
        using var scope = NewDisposeScope();
        var logits = MixedPrecision.Full(predictor.Forward(deconvolution.Forward(features).relu_()));
        if (predictor.Shape.OutChannels == 1)
        {
            return logits.select(1, 0).MoveToOuterDisposeScope();
        }

        var rows = tensor(Enumerable.Range(0, (int)classes.size(0)).ToArray(), dtype: ScalarType.Int64, device: logits.device);
        return logits[rows, classes].MoveToOuterDisposeScope();
    }
}
