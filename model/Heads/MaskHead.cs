using Streaming.Config.Detectron;
using Streaming.Model.Layers;
using static TorchSharp.torch;

namespace Streaming.Model.Heads;

/// <summary>
/// detectron2's MaskRCNNConvUpsampleHead: convolutions, one transposed convolution to twice the size, a mask per class.
/// </summary>
internal sealed class MaskHead
{
    private readonly IConvolution[] _convolutions;
    private readonly IMaskPredictor _predictor;

    /// <param name="layers">Of the head.</param>
    /// <param name="channels">Channels of the pooled features.</param>
    /// <param name="numClasses">Classes without the background.</param>
    /// <param name="config">Number and width of the layers.</param>
    public MaskHead(ILayerSource layers, int channels, int numClasses, MaskHeadConfig config)
    {
        (_convolutions, channels) = ConvolutionStack.Make(
            layers, "mask_fcn", channels, config.NumConv, config.ConvDim, config.Norm);
        _predictor = layers.MaskPredictor("deconv", "predictor", channels, config.ConvDim, config.ClassAgnostic ? 1 : numClasses);
    }

    /// <summary>
    /// Pooled features (R, C, S, S) to the logits (R, 2S, 2S) of each region's own class, float32. The caller owns them.
    /// </summary>
    /// <param name="pooled">Of R regions.</param>
    /// <param name="classes">(R), int64, on the features' device.</param>
    public Tensor Forward(Tensor pooled, Tensor classes)
    {
        using var scope = NewDisposeScope();
        var x = pooled.alias();
        foreach (var convolution in _convolutions)
        {
            x = convolution.ForwardRelu(x);
        }

        return _predictor.Forward(x, classes).MoveToOuterDisposeScope();
    }
}
