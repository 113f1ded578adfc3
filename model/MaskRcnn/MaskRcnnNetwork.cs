using Streaming.Config.Detectron;
using Streaming.Model.Cuda;
using Streaming.Model.Heads;
using Streaming.Model.Layers;
using Streaming.Model.Networks;
using Streaming.Model.Proposals;
using Streaming.Model.Structures;

namespace Streaming.Model.MaskRcnn;

/// <summary>A Mask R-CNN, built.</summary>
internal sealed class MaskRcnnNetwork : INetwork
{
    private readonly ForwardPass<IReadOnlyList<ImageSize>, Proposals.Proposals[], BoxDetections[]> _general;
    private readonly ForwardPass<DeviceImages, RegionTable, DeviceDetections>? _queued;
    private readonly DeviceSteps? _deviceSteps;

    /// <param name="architecture">What it is.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="layers">Where its layers come from.</param>
    /// <param name="target">Where it runs.</param>
    public MaskRcnnNetwork(IArchitecture architecture, ModelConfig config, ILayerSource layers, NetworkTarget target)
    {
        Layers = new MaskRcnnLayers(layers, config);
        Architecture = architecture;
        var pyramid = Layers.Backbone.Pyramid;
        Anchors = new AnchorGenerator(
            config.Anchors, [.. config.Rpn.InFeatures.Select(name => pyramid.Shapes[name].Stride)], target.Device);
        var batcher = new ImageBatcher(config.Input, SizeDivisibility, target.Device);
        HostSteps = new HostSteps(config, pyramid.Shapes, batcher, Anchors, target.Kernels);
        _general = new(Layers, HostSteps);
        if (target.CudaKernels is { } kernels)
        {
            _deviceSteps = new DeviceSteps(config, pyramid.Shapes, SizeDivisibility, Anchors, kernels);
            _queued = new(Layers, _deviceSteps);
        }
    }

    /// <inheritdoc/>
    public IArchitecture Architecture { get; }

    /// <inheritdoc/>
    public int SizeDivisibility => Layers.Backbone.Pyramid.SizeDivisibility;

    /// <summary>Its layers.</summary>
    public MaskRcnnLayers Layers { get; }

    /// <summary>The anchors of its RPN.</summary>
    public AnchorGenerator Anchors { get; }

    /// <summary>Regions on the host.</summary>
    public HostSteps HostSteps { get; }

    /// <inheritdoc/>
    public RawDetections[] Detect(IReadOnlyList<PreprocessedImage> images)
    {
        return DetectQueued(images) ?? _general.Detect(images)!;
    }

    /// <summary>
    /// The same on a GPU without waiting for it in between; null where this cannot be, or leaves something undecided.
    /// </summary>
    public RawDetections[]? DetectQueued(IReadOnlyList<PreprocessedImage> images)
    {
        return _queued?.Detect(images);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _deviceSteps?.Dispose();
        HostSteps.Dispose();
        Anchors.Dispose();
    }
}
