using static TorchSharp.torch;

namespace Streaming.Model.Layers;

/// <summary>
/// The modules of a network, or of a part of it, under detectron2's names: what a checkpoint fills and training changes. As a
/// source of layers it gives the modules themselves, which compute with plain operations and have a gradient. It owns them.
/// </summary>
internal sealed class ModuleScope : nn.Module, ILayerSource
{
    /// <param name="name">For messages of TorchSharp.</param>
    public ModuleScope(string name)
        : base(name)
    {
        RegisterComponents();
    }

    /// <inheritdoc/>
    public ILayerSource In(string name)
    {
        return Add(name, new ModuleScope(name));
    }

    /// <inheritdoc/>
    public IConvolution Convolution(string name, ConvolutionShape shape)
    {
        return Add(name, new ConvNorm(shape));
    }

    /// <inheritdoc/>
    public IConvolutionPair ConvolutionPair(
        (string Name, int OutChannels) first, (string Name, int OutChannels) second, int inChannels)
    {
        return new SeparateConvolutions(
            Convolution(first.Name, new ConvolutionShape(inChannels, first.OutChannels, 1)),
            Convolution(second.Name, new ConvolutionShape(inChannels, second.OutChannels, 1)));
    }

    /// <inheritdoc/>
    public ILinear Linear(string name, int inWidth, int outWidth)
    {
        return Add(name, new LinearLayer(inWidth, outWidth));
    }

    /// <inheritdoc/>
    public ILinear LinearOverMaps(string name, int channels, int side, int outWidth)
    {
        return Linear(name, channels * side * side, outWidth);
    }

    /// <inheritdoc/>
    public IMaskPredictor MaskPredictor(string deconvolution, string predictor, int inChannels, int width, int masks)
    {
        return new AllMasksPredictor(
            Add(deconvolution, new Deconvolution(inChannels, width)),
            Add(predictor, new ConvNorm(new ConvolutionShape(width, masks, 1))));
    }

    private T Add<T>(string name, T module)
        where T : nn.Module
    {
        register_module(name, module);
        return module;
    }
}
