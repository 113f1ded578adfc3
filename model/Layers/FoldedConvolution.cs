using Streaming.Model.Ops;
using Streaming.Model.Profiling;
using static TorchSharp.torch;

namespace Streaming.Model.Layers;

/// <summary>libtorch's convolution, its norm folded in; sum and ReLU follow in place.</summary>
/// <param name="weights">Owned by this instance.</param>
internal sealed class FoldedConvolution(ConvolutionWeights weights) : IConvolution, IDisposable
{
    private readonly long[] _stride = [weights.Shape.Stride, weights.Shape.Stride];
    private readonly long[] _padding = [weights.Shape.Padding, weights.Shape.Padding];

    /// <inheritdoc/>
    public Tensor Forward(Tensor input)
    {
        using var x = MixedPrecision.Factor(input, weights.Weight);
        var output = nn.functional.conv2d(x, weights.Weight, weights.Bias, _stride, _padding, groups: weights.Shape.Groups);
        NetworkProfile.Count(output, weights.Weight.numel() / weights.Weight.size(0), x, weights.Weight);
        return output;
    }

    /// <inheritdoc/>
    public Tensor ForwardRelu(Tensor input)
    {
        return Forward(input).relu_();
    }

    /// <inheritdoc/>
    public Tensor ToOwnType(Tensor tensor)
    {
        return MixedPrecision.Factor(tensor, weights.Weight);
    }

    /// <inheritdoc/>
    public Tensor ForwardOnto(Tensor sum, Tensor input, bool withRelu)
    {
        var output = Forward(input).PlusInPlace(sum);
        return withRelu ? output.relu_() : output;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        weights.Dispose();
    }
}
