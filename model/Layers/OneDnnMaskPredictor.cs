using Streaming.Model.Ops;
using static TorchSharp.torch;

namespace Streaming.Model.Layers;

/// <summary>
/// The end of a mask head on the CPU, on pixels as they lie in memory. Kernel and stride of the transposed convolution are equal,
/// so that a 1x1 convolution makes its pixels, four of each: row by row they follow each other. Then each region's own class
/// answers alone.
/// </summary>
internal sealed class OneDnnMaskPredictor : IMaskPredictor, IDisposable
{
    private readonly Tensor _fourPixels;
    private readonly Tensor _fourBiases;
    private readonly OwnMaskWeights _predictor;
    private readonly long _width;

    /// <param name="deconvolution">With its weights loaded; is disposed.</param>
    /// <param name="type">The type to keep them in.</param>
    /// <param name="predictor">Owned by this instance.</param>
    public OneDnnMaskPredictor(Deconvolution deconvolution, ScalarType type, ConvolutionWeights predictor)
    {
        _predictor = new OwnMaskWeights(predictor);
        using (deconvolution)
        {
            using var guard = no_grad();
            using var scope = NewDisposeScope();
            var (weight, bias) = (deconvolution.Weight.detach().to(type), deconvolution.Bias.detach().to(type));
            _fourPixels = weight.permute(2, 3, 1, 0).reshape(-1, weight.size(0), 1, 1).DetachFromDisposeScope();
            _fourBiases = bias.repeat(4).DetachFromDisposeScope();
            _width = bias.size(0);
        }
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor features, Tensor classes)
    {
        using var scope = NewDisposeScope();
        var (count, side) = (features.size(0), features.size(2));
        var x = MixedPrecision.Factor(features, _fourPixels);
        var output = OneDnnOps.Convolution(x, _fourPixels, _fourBiases, stride: 1, padding: 0, groups: 1, withRelu: true);
        var pixels = output.permute(0, 2, 3, 1).reshape(count, -1, _width);
        var logits = _predictor.Apply(pixels, classes).reshape(count, side, side, 2, 2);
        return logits.permute(0, 1, 3, 2, 4).reshape(count, 2 * side, 2 * side).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _fourPixels.Dispose();
        _fourBiases.Dispose();
        _predictor.Dispose();
    }
}
