using Streaming.Config.Detectron;
using Streaming.Model.Layers;

namespace Streaming.Model.Heads;

/// <summary>The 3x3 convolutions that heads begin with.</summary>
internal static class ConvolutionStack
{
    /// <summary>Asks for layers named NAME1, NAME2 and so on.</summary>
    /// <returns>The layers, and the channels of the last one's result.</returns>
    public static (IConvolution[] Convolutions, int OutChannels) Make(
        ILayerSource layers, string name, int channels, int count, int width, NormKind? norm)
    {
        var convolutions = new IConvolution[count];
        for (var i = 0; i < count; i++)
        {
            convolutions[i] = layers.Convolution($"{name}{i + 1}", new ConvolutionShape(channels, width, 3, Norm: norm));
            channels = width;
        }

        return (convolutions, channels);
    }
}
