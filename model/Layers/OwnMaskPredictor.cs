using static TorchSharp.torch;

namespace Streaming.Model.Layers;

/// <summary>libtorch's transposed convolution, and behind it the mask of each region's own class alone.</summary>
/// <param name="deconvolution">Its owner's.</param>
/// <param name="predictor">Owned by this instance.</param>
internal sealed class OwnMaskPredictor(Deconvolution deconvolution, ConvolutionWeights predictor) : IMaskPredictor, IDisposable
{
    private readonly OwnMaskWeights _predictor = new(predictor);

    /// <inheritdoc/>
    public Tensor Forward(Tensor features, Tensor classes)
    {
        using var scope = NewDisposeScope();
        var x = deconvolution.Forward(features).relu_();
        var (count, side) = (x.size(0), x.size(2));
        var pixels = x.permute(0, 2, 3, 1).reshape(count, side * side, -1);
        return _predictor.Apply(pixels, classes).reshape(count, side, side).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _predictor.Dispose();
    }
}
