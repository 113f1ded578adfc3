using Streaming.Model.Ops;
using static TorchSharp.torch;

namespace Streaming.Model.Layers;

/// <summary>Two 1x1 convolutions as one of oneDNN's: the input is read once.</summary>
internal sealed class JointConvolutions : IConvolutionPair, IDisposable
{
    private readonly Tensor _weights;
    private readonly Tensor _biases;
    private readonly long _firstChannels;

    /// <param name="first">Is disposed.</param>
    /// <param name="second">Is disposed.</param>
    public JointConvolutions(ConvolutionWeights first, ConvolutionWeights second)
    {
        using (first)
        using (second)
        {
            _weights = cat([first.Weight, second.Weight]).DetachFromDisposeScope();
            _biases = cat([first.Bias, second.Bias]).DetachFromDisposeScope();
            _firstChannels = first.Shape.OutChannels;
        }
    }

    /// <inheritdoc/>
    public (Tensor First, Tensor Second) Forward(Tensor input)
    {
        using var x = MixedPrecision.Factor(input, _weights);
        using var output = OneDnnOps.Convolution(x, _weights, _biases, stride: 1, padding: 0, groups: 1, withRelu: false);
        return (output.narrow(1, 0, _firstChannels), output.narrow(1, _firstChannels, _weights.size(0) - _firstChannels));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _weights.Dispose();
        _biases.Dispose();
    }
}
