using Streaming.Model.Ops;
using static TorchSharp.torch;

namespace Streaming.Model.Layers;

/// <summary>
/// The numbers of a convolution for detecting: its norm is folded in, a bias is always there, both have their last type.
/// </summary>
/// <param name="Weight">(out, in / groups, kernel, kernel), the input channels side by side in memory.</param>
/// <param name="Bias">(out), of the same type.</param>
/// <param name="Shape">What it is.</param>
internal sealed record ConvolutionWeights(Tensor Weight, Tensor Bias, ConvolutionShape Shape) : IDisposable
{
    /// <summary>Of batch norm in detectron2 and PyTorch.</summary>
    private const double Epsilon = 1e-5;

    /// <summary>The type that both have, and that inputs are brought to.</summary>
    public ScalarType Type => Weight.dtype;

    /// <summary>Takes the numbers out of a module, which is of no use afterwards: none of them is held twice.</summary>
    /// <param name="module">With its weights loaded; is disposed.</param>
    /// <param name="type">The type to keep them in.</param>
    public static ConvolutionWeights Take(ConvNorm module, ScalarType type)
    {
        using (module)
        {
            using var guard = no_grad();
            using var scope = NewDisposeScope();
            var weight = module.Weight.detach();
            var bias = module.Bias?.detach();
            if (module.Norm is { } norm)
            {
                // With fixed statistics a norm is one factor and one addend a channel: one pass over the pixels less.
                var state = norm.state_dict();
                var scale = state["weight"] * state["running_var"].add(Scalars.Of(Epsilon)).rsqrt();
                bias = state["bias"] - (state["running_mean"] * scale);
                weight.mul_(scale.reshape(-1, 1, 1, 1));
            }

            return new ConvolutionWeights(MixedPrecision.Keep(weight, type), MixedPrecision.Keep(bias!, type), module.Shape);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Weight.Dispose();
        Bias.Dispose();
    }
}
