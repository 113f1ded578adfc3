using Streaming.Model.Layers;
using Streaming.Model.Networks;
using Streaming.Model.Ops;
using TorchSharp;
using static TorchSharp.torch;

namespace Streaming.Model.Planning;

/// <summary>
/// Makes the layers of a network for detecting out of modules whose weights are loaded, each in the one way that it will be
/// computed. What becomes of a module is decided here and nowhere else, and no layer changes afterwards. Modules are used up on
/// the way, one by one, so that weights are held twice for no more than a layer at a time.
/// </summary>
internal sealed class InferencePlanner : IDisposable
{
    private readonly ModuleScope _modules;
    private readonly Dictionary<string, nn.Module> _byName;
    private readonly IArchitecture _architecture;
    private readonly InferencePlan _plan;
    private readonly List<IDisposable> _made = [];
    private readonly Dictionary<ScalarType, bool> _hasCudnn = [];

    private InferencePlanner(IArchitecture architecture, ModuleScope modules, InferencePlan plan)
    {
        (_architecture, _modules, _plan) = (architecture, modules, plan);
        modules.eval();
        foreach (var parameter in modules.parameters())
        {
            parameter.requires_grad_(false);
        }

        modules.to(plan.Device);
        _byName = modules.named_modules().ToDictionary(item => item.name, item => item.module);
    }

    /// <summary>Builds a network for detecting.</summary>
    /// <param name="architecture">What it is.</param>
    /// <param name="modules">Its modules with their weights; belong to the result.</param>
    /// <param name="plan">How its layers are computed.</param>
    /// <param name="target">Where it runs.</param>
    /// <returns>The network, and what owns its layers.</returns>
    public static (INetwork Network, IDisposable Layers) Build(
        IArchitecture architecture, ModuleScope modules, InferencePlan plan, NetworkTarget target)
    {
        var planner = new InferencePlanner(architecture, modules, plan);
        try
        {
            return (architecture.Build(new Scope(planner, ""), target), planner);
        }
        catch
        {
            planner.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _made.ForEach(layer => layer.Dispose());
        _modules.Dispose();
    }

    private IConvolution Convolution(string name)
    {
        return _plan.IsExact ? Narrowed<ConvNorm>(name) : Planned(Weights(name));
    }

    private IConvolution Planned(ConvolutionWeights weights)
    {
        return _plan.Library switch
        {
            LayerLibrary.OneDnn when UsesWinograd(weights) => Winograd(weights),
            LayerLibrary.OneDnn => Keep(new OneDnnConvolution(weights)),
            LayerLibrary.Cudnn when HasCudnn(weights.Type) => Keep(new CudnnConvolution(weights)),
            _ => Keep(new FoldedConvolution(weights)),
        };
    }

    private bool UsesWinograd(ConvolutionWeights weights)
    {
        return _plan.UsesWinograd && WinogradConvolution.Suits(weights.Shape, weights.Type);
    }

    private WinogradConvolution Winograd(ConvolutionWeights weights)
    {
        using (weights)
        {
            return Keep(new WinogradConvolution(weights));
        }
    }

    private IConvolutionPair ConvolutionPair(string first, string second)
    {
        return _plan.Library == LayerLibrary.OneDnn
            ? Keep(new JointConvolutions(Weights(first), Weights(second)))
            : new SeparateConvolutions(Convolution(first), Convolution(second));
    }

    private ILinear Linear(string name)
    {
        return _plan.Library == LayerLibrary.OneDnn
            ? Keep(new OneDnnLinear(Module<LinearLayer>(name), TypeOf(name)))
            : Narrowed<LinearLayer>(name);
    }

    private ILinear LinearOverMaps(string name, int channels)
    {
        if (_plan.IsExact)
        {
            return Linear(name);
        }

        ChannelsLastLinear.Reorder(Module<LinearLayer>(name).Weight, channels);
        return new ChannelsLastLinear(Linear(name));
    }

    private IMaskPredictor MaskPredictor(string deconvolution, string predictor)
    {
        return _plan switch
        {
            { IsExact: true } => new AllMasksPredictor(Narrowed<Deconvolution>(deconvolution), Narrowed<ConvNorm>(predictor)),
            { Library: LayerLibrary.OneDnn } =>
                Keep(new OneDnnMaskPredictor(Module<Deconvolution>(deconvolution), TypeOf(deconvolution), Weights(predictor))),
            _ => Keep(new OwnMaskPredictor(Narrowed<Deconvolution>(deconvolution), Weights(predictor))),
        };
    }

    private ConvolutionWeights Weights(string name)
    {
        return ConvolutionWeights.Take(Module<ConvNorm>(name), TypeOf(name));
    }

    /// <summary>A module that goes on as a layer, in its type.</summary>
    private T Narrowed<T>(string name)
        where T : nn.Module
    {
        var (module, type) = (Module<T>(name), TypeOf(name));
        if (type != ScalarType.Float32)
        {
            module.to(type);
        }

        return module;
    }

    private T Module<T>(string name)
        where T : nn.Module
    {
        return (T)_byName[name];
    }

    private ScalarType TypeOf(string name)
    {
        return _plan.Type == ScalarType.Float32 || _architecture.NeedsFloat32(name, _plan.Type) ? ScalarType.Float32 : _plan.Type;
    }

    private bool HasCudnn(ScalarType type)
    {
        if (!_hasCudnn.TryGetValue(type, out var has))
        {
            _hasCudnn[type] = has = CudnnOps.Have(_plan.Device, type);
        }

        return has;
    }

    private T Keep<T>(T layer)
        where T : IDisposable
    {
        _made.Add(layer);
        return layer;
    }

    /// <summary>The layers below a name.</summary>
    private sealed class Scope(InferencePlanner planner, string prefix) : ILayerSource
    {
        public ILayerSource In(string name)
        {
            return new Scope(planner, $"{prefix}{name}.");
        }

        public IConvolution Convolution(string name, ConvolutionShape shape)
        {
            return planner.Convolution(prefix + name);
        }

        public IConvolutionPair ConvolutionPair(
            (string Name, int OutChannels) first, (string Name, int OutChannels) second, int inChannels)
        {
            return planner.ConvolutionPair(prefix + first.Name, prefix + second.Name);
        }

        public ILinear Linear(string name, int inWidth, int outWidth)
        {
            return planner.Linear(prefix + name);
        }

        public ILinear LinearOverMaps(string name, int channels, int side, int outWidth)
        {
            return planner.LinearOverMaps(prefix + name, channels);
        }

        public IMaskPredictor MaskPredictor(string deconvolution, string predictor, int inChannels, int width, int masks)
        {
            return planner.MaskPredictor(prefix + deconvolution, prefix + predictor);
        }
    }
}
