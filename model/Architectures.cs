using Streaming.Config.Detectron;
using Streaming.Model.Layers;
using Streaming.Model.MaskRcnn;
using Streaming.Model.Networks;
using static TorchSharp.torch;

namespace Streaming.Model;

/// <summary>All architectures.</summary>
internal static class Architectures
{
    /// <summary>The one that a configuration describes.</summary>
    public static IArchitecture Of(ModelConfig config)
    {
        return new MaskRcnnArchitecture(config);
    }

    /// <summary>The modules of an architecture on the CPU, with uninitialised weights. The caller owns them.</summary>
    public static ModuleScope Modules(this IArchitecture architecture)
    {
        var modules = new ModuleScope("network");
        architecture.Build(modules, NetworkTarget.Of(CPU)).Dispose();
        return modules;
    }
}
