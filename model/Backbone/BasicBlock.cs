using Streaming.Config.Detectron;
using Streaming.Model.Layers;
using static TorchSharp.torch;

namespace Streaming.Model.Backbone;

/// <summary>Two 3x3 convolutions around a shortcut (ResNet-18 and -34).</summary>
internal sealed class BasicBlock : IResidualBlock
{
    private readonly IConvolution? _shortcut;
    private readonly IConvolution _conv1;
    private readonly IConvolution _conv2;

    /// <param name="layers">Of the block.</param>
    /// <param name="inChannels">Channels in.</param>
    /// <param name="outChannels">Channels out.</param>
    /// <param name="stride">Stride of the block.</param>
    /// <param name="norm">The norm behind each convolution.</param>
    public BasicBlock(ILayerSource layers, int inChannels, int outChannels, int stride, NormKind norm)
    {
        _shortcut = inChannels == outChannels
            ? null
            : layers.Convolution("shortcut", new ConvolutionShape(inChannels, outChannels, 1, stride, Norm: norm));
        _conv1 = layers.Convolution("conv1", new ConvolutionShape(inChannels, outChannels, 3, stride, Norm: norm));
        _conv2 = layers.Convolution("conv2", new ConvolutionShape(outChannels, outChannels, 3, Norm: norm));
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var sum = _shortcut?.Forward(input) ?? input;
        return _conv2.ForwardOnto(sum, _conv1.ForwardRelu(input), withRelu: true).MoveToOuterDisposeScope();
    }
}
