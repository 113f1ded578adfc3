using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Config.Detectron;
using Streaming.Model.Cuda;
using Streaming.Model.MaskRcnn;
using Streaming.Model.Planning;
using Streaming.Model.Tests.Cuda;
using Streaming.Model.Weights;

namespace Streaming.Model.Tests;

/// <summary>Detectors as no option makes them, and what is inside.</summary>
internal static class TestDetectors
{
    /// <summary>The network of a detector.</summary>
    public static MaskRcnnNetwork MaskRcnn(this Detector detector)
    {
        return (MaskRcnnNetwork)detector.Network;
    }

    /// <summary>A detector by any plan, with the GPU's kernels compiled for the CPU if wanted.</summary>
    public static Detector Build(ModelConfig config, WeightsSource weights, InferencePlan plan, bool withKernels = false)
    {
        var architecture = Architectures.Of(config);
        using var checkpoint = weights.Path is null ? null : CheckpointReader.Open(weights.Path);
        var kernels = withKernels ? new CudaKernels(new EmulatedLauncher(), plan.Device) : null;
        var modules = Detector.LoadModules(architecture, weights, checkpoint, NullLogger.Instance);
        return Detector.Build(architecture, config.Input, modules, plan, kernels);
    }
}
