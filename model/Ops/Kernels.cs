using TorchSharp;
using static TorchSharp.torch;

namespace Streaming.Model.Ops;

/// <summary>
/// The operations that libtorch lacks, each in the form that suits a device. All forms pass the same tests.
/// </summary>
/// <param name="RoiAlign">Pools regions from feature maps.</param>
/// <param name="Nms">Finds the boxes that stay; runs on the host, where the few candidates of an image are.</param>
internal sealed record Kernels(RoiAlign.Kernel RoiAlign, Nms.Kernel Nms)
{
    /// <summary>The plain forms.</summary>
    public static Kernels Reference { get; } = new(Ops.RoiAlign.Reference, Ops.Nms.Reference);

    /// <summary>The fastest forms for a device.</summary>
    public static Kernels For(Device device)
    {
        return new Kernels(device.type == DeviceType.CPU ? RoiAlignFunction.Pool : RoiAlignAnyDevice.Pool, Ops.Nms.Fast);
    }
}
