using Streaming.Config.Detectron;
using Streaming.Model.Layers;
using static TorchSharp.torch;

namespace Streaming.Model.Backbone;

/// <summary>A 1x1, a 3x3 and a 1x1 convolution around a shortcut (ResNet-50 and deeper).</summary>
internal sealed class BottleneckBlock : IResidualBlock
{
    private readonly IConvolution? _shortcut;
    private readonly IConvolution _conv1;
    private readonly IConvolution _conv2;
    private readonly IConvolution _conv3;

    /// <param name="layers">Of the block.</param>
    /// <param name="inChannels">Channels in.</param>
    /// <param name="outChannels">Channels out.</param>
    /// <param name="width">Channels between the convolutions.</param>
    /// <param name="stride">Stride of the block.</param>
    /// <param name="config">Groups of the 3x3 convolution, where the stride lies, and the norm behind each convolution.</param>
    public BottleneckBlock(ILayerSource layers, int inChannels, int outChannels, int width, int stride, ResNetConfig config)
    {
        var (stride1X1, stride3X3) = config.StrideIn1X1 ? (stride, 1) : (1, stride);
        _shortcut = inChannels == outChannels
            ? null
            : layers.Convolution("shortcut", new ConvolutionShape(inChannels, outChannels, 1, stride, Norm: config.Norm));
        _conv1 = layers.Convolution("conv1", new ConvolutionShape(inChannels, width, 1, stride1X1, Norm: config.Norm));
        _conv2 = layers.Convolution("conv2", new ConvolutionShape(width, width, 3, stride3X3, config.NumGroups, config.Norm));
        _conv3 = layers.Convolution("conv3", new ConvolutionShape(width, outChannels, 1, Norm: config.Norm));
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor x2;
        using (var x1 = _conv1.ForwardRelu(input))
        {
            x2 = _conv2.ForwardRelu(x1);
        }

        return _conv3.ForwardOnto(_shortcut?.Forward(input) ?? input, x2, withRelu: true).MoveToOuterDisposeScope();
    }
}
