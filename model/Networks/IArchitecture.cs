using Streaming.Model.Layers;
using static TorchSharp.torch;

namespace Streaming.Model.Networks;

/// <summary>
/// A family of networks with one configuration. Each family is a folder of its own beside Mask R-CNN's; what loads weights, plans
/// and detects knows it by this alone. What it learns by is the training project's.
/// </summary>
internal interface IArchitecture
{
    /// <summary>Classes that it tells apart, the background not among them.</summary>
    int ClassCount { get; }

    /// <summary>What it says of each object.</summary>
    NetworkOutputs Outputs { get; }

    /// <summary>Whether it can run on a GPU by <see cref="NetworkTarget.CudaKernels"/>.</summary>
    bool SupportsCudaKernels { get; }

    /// <summary>Builds the network out of a source's layers: modules to be filled, or what was planned for detecting.</summary>
    INetwork Build(ILayerSource layers, NetworkTarget target);

    /// <summary>
    /// Whether a layer stays in float32 when the others become narrower: it tells much in the result and costs little.
    /// </summary>
    /// <param name="layer">Its name, with dots.</param>
    /// <param name="type">The type of the others.</param>
    bool NeedsFloat32(string layer, ScalarType type);
}
