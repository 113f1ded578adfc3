using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Streaming.Model.Structures;

/// <summary>Small bridges between tensors and plain arrays. They never leave this project.</summary>
internal static class TensorExtensions
{
    /// <summary>The values in row-major order. On a GPU this waits for the device.</summary>
    public static T[] ToArray<T>(this Tensor tensor)
        where T : unmanaged
    {
        using var host = tensor.cpu();
        using var contiguous = host.contiguous();
        return MemoryMarshal.Cast<byte, T>(contiguous.bytes).ToArray();
    }

    /// <summary>Where the numbers of a contiguous tensor on the CPU are, for as long as it lives; 0 if there are none.</summary>
    public static unsafe nint Address(this Tensor tensor)
    {
        return tensor.numel() == 0 ? 0 : (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
    }

    /// <summary>A tensor (n, 4) of x0, y0, x1, y1 as boxes.</summary>
    public static Box[] ToBoxes(this Tensor tensor)
    {
        return tensor.ToArray<Box>();
    }

    /// <summary>Boxes as a float32 tensor (n, 4).</summary>
    public static Tensor ToTensor(this ReadOnlySpan<Box> boxes, Device device)
    {
        using var host = from_array(MemoryMarshal.Cast<Box, float>(boxes).ToArray());
        using var shaped = host.reshape(boxes.Length, 4);
        return shaped.device.type == device.type ? shaped.clone() : shaped.to(device);
    }

    /// <summary>The same tensor (N, C, H, W) with the channels of a pixel side by side in memory.</summary>
    public static Tensor ToChannelsLast(this Tensor tensor)
    {
        using var nhwc = tensor.permute(0, 2, 3, 1);
        using var contiguous = nhwc.contiguous();
        return contiguous.permute(0, 3, 1, 2);
    }
}
