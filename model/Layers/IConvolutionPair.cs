using static TorchSharp.torch;

namespace Streaming.Model.Layers;

/// <summary>Two 1x1 convolutions of one input.</summary>
internal interface IConvolutionPair
{
    /// <summary>(N, C, H, W) to (N, C1, H, W) and (N, C2, H, W). Both belong to the caller.</summary>
    (Tensor First, Tensor Second) Forward(Tensor input);
}
