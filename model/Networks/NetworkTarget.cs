using Streaming.Model.Cuda;
using Streaming.Model.Ops;
using static TorchSharp.torch;

namespace Streaming.Model.Networks;

/// <summary>Where a network runs, and what it finds there beside libtorch.</summary>
/// <param name="Device">The device of its layers.</param>
/// <param name="Kernels">ROIAlign and suppression, in forms for the device.</param>
/// <param name="CudaKernels">
/// Those of a GPU, with which nothing waits for it; null without. They go with the network, which may do without them.
/// </param>
internal sealed record NetworkTarget(Device Device, Kernels Kernels, CudaKernels? CudaKernels = null)
{
    /// <summary>A device with the fastest forms for it.</summary>
    public static NetworkTarget Of(Device device, CudaKernels? cudaKernels = null)
    {
        return new NetworkTarget(device, Kernels.For(device), cudaKernels);
    }
}
