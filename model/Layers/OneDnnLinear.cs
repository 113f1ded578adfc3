using Streaming.Model.Ops;
using static TorchSharp.torch;

namespace Streaming.Model.Layers;

/// <summary>oneDNN's matrix product on the CPU, which takes bias and ReLU along in one pass.</summary>
internal sealed class OneDnnLinear : ILinear, IDisposable
{
    private readonly Tensor _weight;
    private readonly Tensor _bias;

    /// <param name="module">With its weights loaded; is disposed.</param>
    /// <param name="type">The type to keep them in.</param>
    public OneDnnLinear(LinearLayer module, ScalarType type)
    {
        using (module)
        {
            using var weight = module.Weight.detach();
            using var bias = module.Bias.detach();
            (_weight, _bias) = (MixedPrecision.Keep(weight, type), MixedPrecision.Keep(bias, type));
        }
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor input)
    {
        return Multiply(input, withRelu: false);
    }

    /// <inheritdoc/>
    public Tensor ForwardRelu(Tensor input)
    {
        return Multiply(input, withRelu: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
    }

    private Tensor Multiply(Tensor input, bool withRelu)
    {
        using var rows = input.flatten(1);
        using var x = MixedPrecision.Factor(rows, _weight);
        return OneDnnOps.Linear(x, _weight, _bias, withRelu);
    }
}
