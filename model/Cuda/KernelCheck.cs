using Streaming.Config.Detectron;
using Streaming.Model.Ops;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Cuda;

/// <summary>
/// A small sum before the first batch: a driver, compiler or GPU on which the kernels were never tried must not give wrong
/// detections.
/// </summary>
internal static class KernelCheck
{
    private const double Tolerance = 1e-4;

    /// <summary>Far from any result.</summary>
    private const float Unwritten = 1e6f;

    /// <summary>Pools a few regions with the kernel and with libtorch's operations.</summary>
    /// <param name="kernels">Of the device.</param>
    /// <exception cref="ModelLoadException">They differ.</exception>
    public static void Run(CudaKernels kernels)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        const int Channels = 40;
        var pooler = new PoolerConfig(Resolution: 7, SamplingRatio: 0);
        var device = kernels.Device;
        Tensor[] maps = [Wave(24, 40), Wave(12, 20)];
        double[] scales = [1.0 / 4, 1.0 / 8];
        Box[] boxes = [new(3, 5, 60, 40), new(-8, 20, 90, 200), new(0, 0, 150, 96)];
        var rois = new RoiBatch(boxes, new int[boxes.Length], [.. boxes.Select(box => RoiPooler.AssignLevel(box, 2, 3))]);
        var nchw = maps.Select(map => map.permute(0, 3, 1, 2)).ToArray();
        var expected = RoiAlignAnyDevice.Pool(nchw, scales, rois, pooler.Resolution, pooler.SamplingRatio).ToArray<float>();

        // Not what the memory held before, which may be this very result: a kernel that does nothing must not pass.
        var output = full(
            [boxes.Length, pooler.Resolution, pooler.Resolution, Channels], Scalars.Of(Unwritten), ScalarType.Float32, device);
        var regions = new RegionTable(
            ((ReadOnlySpan<Box>)boxes).ToTensor(device).unsqueeze(0),
            zeros([1, boxes.Length], device: device),
            zeros([1, boxes.Length], ScalarType.Int64, device),
            tensor([boxes.Length], ScalarType.Int32, device));
        kernels.RoiAlign(KernelLevels.Of(maps, scales, first: 2), regions, pooler, output);
        var actual = output.permute(0, 3, 1, 2).ToArray<float>();
        var worst = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
        if (!(worst <= Tolerance))
        {
            throw new ModelLoadException($"A CUDA kernel computes something else than libtorch (a difference of {worst}).");
        }

        Tensor Wave(int height, int width)
        {
            return linspace(-3, 5, Channels * height * width, device: device).sin().reshape(1, height, width, Channels);
        }
    }
}
