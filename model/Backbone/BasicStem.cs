using Streaming.Config.Detectron;
using Streaming.Model.Layers;
using static TorchSharp.torch;

namespace Streaming.Model.Backbone;

/// <summary>The first layers: a 7x7 convolution and a max pooling, stride 4 together.</summary>
/// <param name="layers">Of the stem.</param>
/// <param name="outChannels">Channels out.</param>
/// <param name="norm">The norm behind the convolution.</param>
internal sealed class BasicStem(ILayerSource layers, int outChannels, NormKind norm)
{
    private readonly IConvolution _conv1 = layers.Convolution(
        "conv1", new ConvolutionShape(3, outChannels, 7, Stride: 2, Norm: norm));

    /// <summary>(N, 3, H, W) to (N, C, H/4, W/4). The caller owns the result.</summary>
    public Tensor Forward(Tensor input)
    {
        using var x = _conv1.ForwardRelu(input);
        return nn.functional.max_pool2d(x, 3, 2, 1);
    }
}
