using static TorchSharp.torch;

namespace Streaming.Model.Layers;

/// <summary>A linear layer with a bias. The caller owns every result.</summary>
internal interface ILinear
{
    /// <summary>(n, in), or maps (n, C, S, S) of in = C * S * S numbers, to (n, out).</summary>
    Tensor Forward(Tensor input);

    /// <summary>The same with a ReLU behind it.</summary>
    Tensor ForwardRelu(Tensor input);
}
