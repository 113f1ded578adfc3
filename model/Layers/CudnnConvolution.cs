using Streaming.Model.Ops;
using static TorchSharp.torch;

namespace Streaming.Model.Layers;

/// <summary>cuDNN's convolution on a GPU, which takes bias, sum and ReLU along in one pass, see <see cref="CudnnOps"/>.</summary>
/// <param name="weights">Owned by this instance.</param>
internal sealed class CudnnConvolution(ConvolutionWeights weights) : IConvolution, IDisposable
{
    /// <summary>cuDNN fuses only what ends with a ReLU, over one type.</summary>
    private readonly FoldedConvolution _folded = new(weights);

    /// <inheritdoc/>
    public Tensor Forward(Tensor input)
    {
        return _folded.Forward(input);
    }

    /// <inheritdoc/>
    public Tensor ForwardRelu(Tensor input)
    {
        using var x = MixedPrecision.Factor(input, weights.Weight);
        var shape = weights.Shape;
        return CudnnOps.ConvolutionRelu(x, weights.Weight, weights.Bias, shape.Stride, shape.Padding, shape.Groups);
    }

    /// <inheritdoc/>
    public Tensor ToOwnType(Tensor tensor)
    {
        return _folded.ToOwnType(tensor);
    }

    /// <inheritdoc/>
    public Tensor ForwardOnto(Tensor sum, Tensor input, bool withRelu)
    {
        if (!withRelu || sum.dtype != weights.Type)
        {
            return _folded.ForwardOnto(sum, input, withRelu);
        }

        using var x = MixedPrecision.Factor(input, weights.Weight);
        var shape = weights.Shape;
        return CudnnOps.ConvolutionAddRelu(x, weights.Weight, sum, weights.Bias, shape.Stride, shape.Padding, shape.Groups);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _folded.Dispose();
    }
}
