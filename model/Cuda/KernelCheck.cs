using Streaming.Model.Ops;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Cuda;

/// <summary>A small sum before the first batch: a driver, compiler or GPU on which the kernels were never tried must not give wrong detections.</summary>
internal static class KernelCheck
{
    private const double Tolerance = 1e-4;

    /// <summary>Far from any result.</summary>
    private const float Unwritten = 1e6f;

    /// <summary>Pools a few regions with the kernel and with libtorch's operations.</summary>
    /// <param name="launcher">Of the device.</param>
    /// <param name="device">Where.</param>
    /// <exception cref="ModelLoadException">They differ.</exception>
    public static void Run(IKernelLauncher launcher, Device device)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        const int Channels = 40;
        const int Resolution = 7;
        Tensor[] maps = [.. new[] { (24, 40), (12, 20) }.Select(size => linspace(-3, 5, Channels * size.Item1 * size.Item2, device: device).sin().reshape(1, size.Item1, size.Item2, Channels))];
        double[] scales = [1.0 / 4, 1.0 / 8];
        Box[] boxes = [new(3, 5, 60, 40), new(-8, 20, 90, 200), new(0, 0, 150, 96)];
        var rois = new RoiBatch(boxes, new int[boxes.Length], [.. boxes.Select(box => Heads.RoiPooler.AssignLevel(box, 2, 3))]);
        var expected = RoiAlignAnyDevice.Pool([.. maps.Select(map => map.permute(0, 3, 1, 2))], scales, rois, Resolution, 0).ToArray<float>();

        // Not what the memory held before, which may be this very result: a kernel that does nothing must not pass.
        var output = full([boxes.Length, Resolution, Resolution, Channels], Scalars.Of(Unwritten), ScalarType.Float32, device);
        var (regions, counts) = (((ReadOnlySpan<Box>)boxes).ToTensor(device), tensor([boxes.Length], ScalarType.Int32, device));
        launcher.Launch(
            "roi_align", new KernelGrid(boxes.Length * Resolution * Resolution, 32), DeviceNetwork.LevelsOf(maps, scales, 2), regions, counts, boxes.Length, Channels, Resolution, 0, output);
        var actual = output.permute(0, 3, 1, 2).ToArray<float>();
        var worst = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
        if (!(worst <= Tolerance))
        {
            throw new ModelLoadException($"A CUDA kernel computes something else than libtorch (a difference of {worst}).");
        }
    }
}
