namespace Streaming.Model.Layers;

/// <summary>
/// Gives a network its layers by the names that they have in detectron2's state_dict. A network is described once, in terms of
/// this; the source decides what the layers are: modules whose weights are loaded or learned (<see cref="ModuleScope"/>), or what
/// a plan for detecting makes of these.
/// </summary>
internal interface ILayerSource
{
    /// <summary>The layers whose names begin with this one and a dot. Asked for once for each name.</summary>
    ILayerSource In(string name);

    /// <summary>A convolution, "NAME.weight" and "NAME.bias" or "NAME.norm.*".</summary>
    IConvolution Convolution(string name, ConvolutionShape shape);

    /// <summary>Two 1x1 convolutions of the same input.</summary>
    IConvolutionPair ConvolutionPair((string Name, int OutChannels) first, (string Name, int OutChannels) second, int inChannels);

    /// <summary>A linear layer.</summary>
    ILinear Linear(string name, int inWidth, int outWidth);

    /// <summary>A linear layer over maps (n, channels, side, side), whose weights see them as (channel, y, x).</summary>
    ILinear LinearOverMaps(string name, int channels, int side, int outWidth);

    /// <summary>The end of a mask head.</summary>
    /// <param name="deconvolution">Name of the transposed convolution.</param>
    /// <param name="predictor">Name of the 1x1 convolution.</param>
    /// <param name="inChannels">Channels of the features.</param>
    /// <param name="width">Channels in between.</param>
    /// <param name="masks">One a class, or 1 for all classes together.</param>
    IMaskPredictor MaskPredictor(string deconvolution, string predictor, int inChannels, int width, int masks);
}
