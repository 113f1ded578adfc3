using static TorchSharp.torch;

namespace Streaming.Model.Layers;

/// <summary>Two convolutions, one after the other.</summary>
/// <param name="first">Its owner's.</param>
/// <param name="second">Its owner's.</param>
internal sealed class SeparateConvolutions(IConvolution first, IConvolution second) : IConvolutionPair
{
    /// <inheritdoc/>
    public (Tensor First, Tensor Second) Forward(Tensor input)
    {
        return (first.Forward(input), second.Forward(input));
    }
}
