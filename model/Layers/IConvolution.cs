using static TorchSharp.torch;

namespace Streaming.Model.Layers;

/// <summary>
/// A convolution with the bias or norm behind it. How it is computed was settled when it was made: with the operations of the
/// training graph, with the norm folded in, or fused by a library. The caller owns every result.
/// </summary>
internal interface IConvolution
{
    /// <summary>(N, C, H, W) to (N, C', H / stride, W / stride).</summary>
    Tensor Forward(Tensor input);

    /// <summary>The same with a ReLU behind it.</summary>
    Tensor ForwardRelu(Tensor input);

    /// <summary>A tensor in the type that this computes in, to bring a sum into it while it is still small.</summary>
    Tensor ToOwnType(Tensor tensor);

    /// <summary>The convolution added to a sum, with a ReLU behind it if wanted.</summary>
    /// <param name="sum">(N, C', H / stride, W / stride); may hold the result afterwards: the caller needs it no more.</param>
    /// <param name="input">(N, C, H, W).</param>
    /// <param name="withRelu">Whether a ReLU follows.</param>
    Tensor ForwardOnto(Tensor sum, Tensor input, bool withRelu);
}
