using Streaming.Config.Detectron;

namespace Streaming.Model.Layers;

/// <summary>What a convolution is.</summary>
/// <param name="InChannels">Channels in.</param>
/// <param name="OutChannels">Channels out.</param>
/// <param name="Kernel">Side of the kernel, odd; padding keeps the size at stride 1.</param>
/// <param name="Stride">Step of the kernel.</param>
/// <param name="Groups">Groups of channels.</param>
/// <param name="Norm">The norm, or null for a bias instead.</param>
internal sealed record ConvolutionShape(
    int InChannels, int OutChannels, int Kernel, int Stride = 1, int Groups = 1, NormKind? Norm = null)
{
    /// <summary>Pixels of zeros at each edge.</summary>
    public int Padding => Kernel / 2;
}
