using Streaming.Config.Detectron;
using Streaming.Model.Cuda;
using Streaming.Model.Native;
using Streaming.Model.Ops;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Tests.Cuda;

/// <summary>The CUDA kernels' text, on the CPU, beside the plain forms.</summary>
[NoLeakedTensors]
public sealed class KernelTests
{
    [Theory]
    [InlineData(0, ScalarType.Float32)]
    [InlineData(0, ScalarType.BFloat16)]
    [InlineData(0, ScalarType.Float16)]
    [InlineData(2, ScalarType.Float32)]
    public void RoiAlign_EqualsReference(int sampling, ScalarType type)
    {
        using var kernels = Start();
        using var scope = NewDisposeScope();
        manual_seed(3);
        (int Height, int Width)[] sizes = [(25, 38), (13, 19), (7, 10), (4, 5)];
        Tensor[] maps = [.. sizes.Select(size => randn(2, 19, size.Height, size.Width).ToChannelsLast().to(type))];
        var random = new Random(5);
        Box[] boxes =
        [
            .. Enumerable.Range(0, 61).Select(_ => RandomBox(random, 300)),
            new(0, 0, 0, 0),
            new(-20, -20, 3, 4),
            new(140, 90, 400, 400),
            new(10, 20, 700, 600),
            new(5, 5, 5, 60),
        ];
        var perImage = boxes.Length / 2;
        Assert.Equal(0, boxes.Length % 2);
        int[] levels = [.. boxes.Select(box => RoiPooler.AssignLevel(box, 2, 5))];
        double[] scales = [1.0 / 4, 1.0 / 8, 1.0 / 16, 1.0 / 32];
        // The kernel writes float32 whatever it reads.
        Tensor[] wide = [.. maps.Select(MixedPrecision.Full)];
        int[] images = [.. Enumerable.Range(0, boxes.Length).Select(i => i / perImage)];
        var expected = RoiAlign.Reference(wide, scales, new RoiBatch(boxes, images, levels), 7, sampling);

        var nhwc = maps.Select(map => map.permute(0, 2, 3, 1).contiguous()).ToArray();
        ShapeSpec[] shapes = [new(19, 4), new(19, 8), new(19, 16), new(19, 32)];
        var regions = new RegionTable(
            ((ReadOnlySpan<Box>)boxes).ToTensor(CPU).reshape(2, perImage, 4),
            zeros(2, perImage),
            zeros(2, perImage, dtype: ScalarType.Int64),
            tensor(new[] { perImage, perImage - 3 }));
        var actual = kernels.RoiAlign(nhwc, shapes, regions, new PoolerConfig(7, sampling));
        Assert.Equal(4, levels.Distinct().Count());
        var meant = boxes.Length - 3;
        Close.Absolute(
            expected.narrow(0, 0, meant).ToArray<float>(), actual.narrow(0, 0, meant).ToArray<float>(), 2e-5, "pooled");
        Assert.All(actual.narrow(0, meant, 3).ToArray<float>(), value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData(1, 10, 0.5)]
    [InlineData(63, 100, 0.7)]
    [InlineData(200, 1000, 0.3)]
    [InlineData(1500, 100, 0.5)]
    public void Nms_KeepsWhatTheReferenceKeeps(int count, int most, double threshold)
    {
        using var kernels = Start();
        using var scope = NewDisposeScope();
        const int Images = 2;
        var random = new Random(count);
        Box[] boxes = [.. Enumerable.Range(0, Images * count).Select(_ => RandomBox(random, 100))];
        float[] scores = [.. boxes.Select(_ => random.NextSingle())];
        int[] groups = [.. boxes.Select(_ => random.Next(3))];
        var values = tensor(scores).reshape(Images, count);
        var (sorted, order) = values.sort(1, descending: true, stable: true);
        var candidates = new CandidateTable(
            ((ReadOnlySpan<Box>)boxes).ToTensor(CPU).reshape(Images, count, 4), values, tensor(groups).reshape(Images, count));
        var (kept, counts) = kernels.Suppress(candidates, sorted, order, threshold, most);
        for (var i = 0; i < Images; i++)
        {
            var own = i * count;
            var all = Nms.Batched(
                boxes.AsSpan(own, count), scores.AsSpan(own, count), groups.AsSpan(own, count), threshold, Nms.Reference);
            var expected = all.Take(most).ToArray();
            Assert.Equal(expected.Length, counts[i].item<int>());
            Assert.Equal(expected, kept[i].ToArray<int>()[..expected.Length]);
        }
    }

    [Fact]
    public void KernelCheck_KernelsThatDoNothing_AreNotUsed()
    {
        using var kernels = Start();
        KernelCheck.Run(kernels);
        using var broken = new CudaKernels(new IdleLauncher(), CPU);
        var exception = Assert.Throws<ModelLoadException>(() => KernelCheck.Run(broken));
        Assert.StartsWith("A CUDA kernel computes something else than libtorch", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nvrtc_WhereThereIsOne_CompilesTheKernels()
    {
        var compiler = Nvrtc.Find(LibTorch.Load().Folder);
        Assert.SkipWhen(compiler is null, "NVRTC is not on this machine");
        foreach (var capability in new[] { new Version(7, 0), new Version(8, 0), new Version(9, 0), new Version(99, 0) })
        {
            // Machine code is an ELF file; for a GPU that the compiler does not know yet it is PTX, text.
            var code = compiler!.Compile(KernelSource.Text, capability);
            Assert.Equal(capability.Major == 99 ? (byte)'/' : (byte)0x7f, code[0]);
            Assert.Equal(code, compiler.Compile(KernelSource.Text, capability));
        }
    }

    private static CudaKernels Start()
    {
        Assert.SkipUnless(EmulatedLauncher.IsAvailable, "g++ is not on this machine");
        return new CudaKernels(new EmulatedLauncher(), CPU);
    }

    private static Box RandomBox(Random random, int size)
    {
        var (x, y) = (random.NextSingle() * size / 2, random.NextSingle() * size / 2);
        return new Box(
            x, y, x + (random.NextSingle() * random.NextSingle() * size), y + (random.NextSingle() * random.NextSingle() * size));
    }

    private sealed class IdleLauncher : IKernelLauncher
    {
        public void Launch(string kernel, KernelGrid grid, KernelArguments arguments)
        {
            // Nothing happens.
        }

        public void Dispose()
        {
            // Nothing to free.
        }
    }
}
