using Streaming.Config.Run;
using Streaming.Model.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Streaming.Model;

/// <summary>Devices by their names.</summary>
internal static class Devices
{
    /// <summary>The device that a name stands for here.</summary>
    /// <param name="name">"auto" (a GPU if there is one), "cpu", "cuda" or "cuda:N".</param>
    /// <param name="libtorch">Knows the GPUs.</param>
    /// <exception cref="ModelLoadException">No such name, or no such device on this machine.</exception>
    public static Device Choose(string name, LibTorchInfo libtorch)
    {
        if (name == "cpu" || (name == "auto" && !libtorch.HasCuda))
        {
            return CPU;
        }

        if (!DeviceNames.IsKnown(name))
        {
            throw new ModelLoadException($"Device {name}: supported: {DeviceNames.Supported}.");
        }

        var index = DeviceNames.GpuIndex(name) ?? 0;
        if (index < libtorch.CudaDevices)
        {
            return device(DeviceType.CUDA, index);
        }

        throw new ModelLoadException(libtorch.HasCuda
            ? $"Device {name}: this machine has {libtorch.CudaDevices} GPU(s), numbered from 0."
            : $"Device {name}: libtorch {libtorch.Version} in {libtorch.Folder} finds no GPU; "
                + $"build with -p:TorchBackend=cuda, set {LibTorch.FolderVariable}, or take the device cpu.");
    }
}
