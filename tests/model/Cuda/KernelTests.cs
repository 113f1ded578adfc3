using Streaming.Model.Cuda;
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
        using var launcher = Start();
        using var scope = NewDisposeScope();
        manual_seed(3);
        Tensor[] maps = [.. new[] { (25, 38), (13, 19), (7, 10), (4, 5) }.Select(size => randn(2, 19, size.Item1, size.Item2).ToChannelsLast().to(type))];
        var random = new Random(5);
        Box[] boxes = [.. Enumerable.Range(0, 61).Select(_ => RandomBox(random, 300)), new(0, 0, 0, 0), new(-20, -20, 3, 4), new(140, 90, 400, 400), new(10, 20, 700, 600), new(5, 5, 5, 60)];
        var perImage = boxes.Length / 2;
        Assert.Equal(0, boxes.Length % 2);
        int[] levels = [.. boxes.Select(box => Model.Heads.RoiPooler.AssignLevel(box, 2, 5))];
        double[] scales = [1.0 / 4, 1.0 / 8, 1.0 / 16, 1.0 / 32];
        // The kernel writes float32 whatever it reads.
        Tensor[] wide = [.. maps.Select(MixedPrecision.Full)];
        var expected = RoiAlign.Reference(wide, scales, new RoiBatch(boxes, [.. Enumerable.Range(0, boxes.Length).Select(i => i / perImage)], levels), 7, sampling);

        var nhwc = maps.Select(map => map.permute(0, 2, 3, 1).contiguous()).ToArray();
        var output = empty(boxes.Length, 7, 7, 19);
        var counts = tensor(new[] { perImage, perImage - 3 });
        launcher.Launch(
            "roi_align", new KernelGrid(boxes.Length * 49, 8), DeviceNetwork.LevelsOf(nhwc, scales, 2), ((ReadOnlySpan<Box>)boxes).ToTensor(CPU), counts, perImage, 19, 7, sampling, output);
        Assert.Equal(4, levels.Distinct().Count());
        var meant = boxes.Length - 3;
        Close.Absolute(expected.narrow(0, 0, meant).ToArray<float>(), output.permute(0, 3, 1, 2).narrow(0, 0, meant).ToArray<float>(), 2e-5, "pooled");
        Assert.All(output.narrow(0, meant, 3).ToArray<float>(), value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData(1, 10, 0.5)]
    [InlineData(63, 100, 0.7)]
    [InlineData(200, 1000, 0.3)]
    [InlineData(1500, 100, 0.5)]
    public void Nms_KeepsWhatTheReferenceKeeps(int count, int most, double threshold)
    {
        using var launcher = Start();
        using var scope = NewDisposeScope();
        const int Images = 2;
        var random = new Random(count);
        Box[] boxes = [.. Enumerable.Range(0, Images * count).Select(_ => RandomBox(random, 100))];
        float[] scores = [.. boxes.Select(_ => random.NextSingle())];
        int[] groups = [.. boxes.Select(_ => random.Next(3))];
        var values = tensor(scores).reshape(Images, count);
        var (sorted, order) = values.sort(1, descending: true, stable: true);
        var words = (count + 63) / 64;
        var (pairs, kept, counts) = (empty(Images, count, words, dtype: ScalarType.Int64), empty(Images, most, dtype: ScalarType.Int32), empty(Images, dtype: ScalarType.Int32));
        launcher.Launch(
            "nms_pairs", new KernelGrid((words + 31) / 32, 32, count, Images), ((ReadOnlySpan<Box>)boxes).ToTensor(CPU), tensor(groups), order, sorted, count, words, Nms.LargestFloatNotAbove(threshold), pairs);
        launcher.Launch("nms_sweep", new KernelGrid(Images, 8), pairs, order, sorted, count, words, most, kept, counts);
        for (var i = 0; i < Images; i++)
        {
            var own = i * count;
            var expected = Nms.Batched(boxes.AsSpan(own, count), scores.AsSpan(own, count), groups.AsSpan(own, count), threshold, Nms.Reference).Take(most).ToArray();
            Assert.Equal(expected.Length, counts[i].item<int>());
            Assert.Equal(expected, kept[i].ToArray<int>()[..expected.Length]);
        }
    }

    [Fact]
    public void KernelCheck_KernelsThatDoNothing_AreNotUsed()
    {
        using var launcher = Start();
        KernelCheck.Run(launcher, CPU);
        using var broken = new IdleLauncher();
        var exception = Assert.Throws<ModelLoadException>(() => KernelCheck.Run(broken, CPU));
        Assert.StartsWith("A CUDA kernel computes something else than libtorch", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nvrtc_WhereThereIsOne_CompilesTheKernels()
    {
        var compiler = Nvrtc.Find(Streaming.Model.Native.LibTorch.Load().Folder);
        Assert.SkipWhen(compiler is null, "NVRTC is not on this machine");
        foreach (var capability in new[] { new Version(7, 0), new Version(8, 0), new Version(9, 0), new Version(99, 0) })
        {
            // Machine code is an ELF file; for a GPU that the compiler does not know yet it is PTX, text.
            var code = compiler!.Compile(capability);
            Assert.Equal(capability.Major == 99 ? (byte)'/' : (byte)0x7f, code[0]);
            Assert.Equal(code, compiler.Compile(capability));
        }
    }

    private static EmulatedLauncher Start()
    {
        Assert.SkipUnless(EmulatedLauncher.IsAvailable, "g++ is not on this machine");
        return new EmulatedLauncher();
    }

    private static Box RandomBox(Random random, int size)
    {
        var (x, y) = (random.NextSingle() * size / 2, random.NextSingle() * size / 2);
        return new Box(x, y, x + (random.NextSingle() * random.NextSingle() * size), y + (random.NextSingle() * random.NextSingle() * size));
    }

    private sealed class IdleLauncher : IKernelLauncher
    {
        public void Launch(string kernel, KernelGrid grid, params ReadOnlySpan<object?> arguments)
        {
            // Nothing happens.
        }

        public void Dispose()
        {
            // Nothing to let go of.
        }
    }
}
