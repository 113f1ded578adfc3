using Streaming.Config.Detectron;
using static TorchSharp.torch;

namespace Streaming.Model.Backbone;

#pragma warning disable IDE1006 // fields carry detectron2's names: they become the keys of the state_dict

/// <summary>Two 3x3 convolutions around a shortcut (ResNet-18 and -34). May overwrite its input when it detects.</summary>
internal sealed class BasicBlock : nn.Module<Tensor, Tensor>
{
    private readonly ConvNorm? shortcut;
    private readonly ConvNorm conv1;
    private readonly ConvNorm conv2;

    public BasicBlock(int inChannels, int outChannels, int stride, NormKind norm)
        : base(nameof(BasicBlock))
    {
        shortcut = inChannels == outChannels ? null : new ConvNorm(inChannels, outChannels, 1, stride, norm: norm);
        conv1 = new ConvNorm(inChannels, outChannels, 3, stride, norm: norm);
        conv2 = new ConvNorm(outChannels, outChannels, 3, norm: norm);
        RegisterComponents();
    }

    /// <summary>(N, C, H, W) to (N, C', H / stride, W / stride).</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return conv2.ForwardOnto(shortcut?.forward(input) ?? input, conv1.ForwardRelu(input), rectifies: true).MoveToOuterDisposeScope();
    }
}

/// <summary>A 1x1, a 3x3 and a 1x1 convolution around a shortcut (ResNet-50 and deeper). May overwrite its input when it detects.</summary>
internal sealed class BottleneckBlock : nn.Module<Tensor, Tensor>
{
    private readonly ConvNorm? shortcut;
    private readonly ConvNorm conv1;
    private readonly ConvNorm conv2;
    private readonly ConvNorm conv3;

    /// <param name="inChannels">Channels in.</param>
    /// <param name="outChannels">Channels out.</param>
    /// <param name="width">Channels between the convolutions.</param>
    /// <param name="stride">Stride of the block.</param>
    /// <param name="groups">Groups of the 3x3 convolution.</param>
    /// <param name="strideIn1X1">The stride lies in the first 1x1 convolution (Caffe2's models) or in the 3x3 one.</param>
    /// <param name="norm">The norm behind each convolution.</param>
    public BottleneckBlock(int inChannels, int outChannels, int width, int stride, int groups, bool strideIn1X1, NormKind norm)
        : base(nameof(BottleneckBlock))
    {
        shortcut = inChannels == outChannels ? null : new ConvNorm(inChannels, outChannels, 1, stride, norm: norm);
        conv1 = new ConvNorm(inChannels, width, 1, strideIn1X1 ? stride : 1, norm: norm);
        conv2 = new ConvNorm(width, width, 3, strideIn1X1 ? 1 : stride, groups, norm);
        conv3 = new ConvNorm(width, outChannels, 1, norm: norm);
        RegisterComponents();
    }

    /// <summary>(N, C, H, W) to (N, C', H / stride, W / stride).</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor x2;
        using (var x1 = conv1.ForwardRelu(input))
        {
            x2 = conv2.ForwardRelu(x1);
        }

        return conv3.ForwardOnto(shortcut?.forward(input) ?? input, x2, rectifies: true).MoveToOuterDisposeScope();
    }
}
