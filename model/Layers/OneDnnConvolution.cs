using Streaming.Model.Ops;
using static TorchSharp.torch;

namespace Streaming.Model.Layers;

/// <summary>
/// oneDNN's convolution on the CPU, which takes bias, sum and ReLU along in one pass, see <see cref="OneDnnOps"/>.
/// </summary>
/// <param name="weights">Owned by this instance.</param>
internal sealed class OneDnnConvolution(ConvolutionWeights weights) : IConvolution, IDisposable
{
    /// <inheritdoc/>
    public Tensor Forward(Tensor input)
    {
        return Convolve(input, withRelu: false);
    }

    /// <inheritdoc/>
    public Tensor ForwardRelu(Tensor input)
    {
        return Convolve(input, withRelu: true);
    }

    /// <inheritdoc/>
    public Tensor ToOwnType(Tensor tensor)
    {
        return MixedPrecision.Factor(tensor, weights.Weight);
    }

    /// <inheritdoc/>
    public Tensor ForwardOnto(Tensor sum, Tensor input, bool withRelu)
    {
        var total = MixedPrecision.Factor(sum, weights.Weight);
        using var x = Read(input, out var stride);
        OneDnnOps.AddConvolution(
            total, x, weights.Weight, weights.Bias, stride, weights.Shape.Padding, weights.Shape.Groups, withRelu);
        return total;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        weights.Dispose();
    }

    private Tensor Convolve(Tensor input, bool withRelu)
    {
        using var x = Read(input, out var stride);
        return OneDnnOps.Convolution(
            x, weights.Weight, weights.Bias, stride, weights.Shape.Padding, weights.Shape.Groups, withRelu);
    }

    /// <summary>
    /// The input in the weights' type. If that is another, a 1x1 convolution with a stride has only those pixels changed that it
    /// reads.
    /// </summary>
    private Tensor Read(Tensor input, out int stride)
    {
        stride = weights.Shape.Stride;
        if (stride == 1 || weights.Shape.Kernel > 1 || input.dtype == weights.Type)
        {
            return MixedPrecision.Factor(input, weights.Weight);
        }

        using var read = input.slice(2, 0, input.size(2), stride).slice(3, 0, input.size(3), stride);
        stride = 1;
        return MixedPrecision.Factor(read, weights.Weight);
    }
}
