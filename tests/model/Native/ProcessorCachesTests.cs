using Streaming.Model.Native;
using static TorchSharp.torch;

namespace Streaming.Model.Tests.Native;

public sealed class ProcessorCachesTests
{
    [Fact]
    public void Find_InLibTorch_FindsWhatIsThere()
    {
        var library = Path.Combine(LibTorch.Load().Folder, "libtorch_cpu.so");
        Assert.True(ElfSymbols.Find(library, "_ZN4dnnl4impl3cpu3x643cpuEv") > 0);
        Assert.Null(ElfSymbols.Find(library, "_ZN4dnnl4impl3cpu3x643cpu"));
    }

    [Fact]
    public void Find_NoElfFile_FindsNothing()
    {
        Assert.Null(ElfSymbols.Find(typeof(ProcessorCachesTests).Assembly.Location, "main"));
    }

    /// <summary>Where a virtual machine hides the caches, this one ended the process by SIGFPE.</summary>
    [Fact]
    public void Convolution_InBfloat16_ComputesWhereverItRuns()
    {
        LibTorch.Load();
        using var scope = NewDisposeScope();
        using var random = new Generator(1);
        var input = randint(0, 4, [1, 256, 24, 40], ScalarType.BFloat16, CPU, generator: random);
        var weight = randint(0, 2, [64, 256, 1, 1], ScalarType.BFloat16, CPU, generator: random);
        var expected = einsum("nchw,oc->nohw", input.to(ScalarType.Float32), weight.to(ScalarType.Float32).flatten(1));
        var actual = nn.functional.conv2d(
            input, weight).to(ScalarType.Float32);
        var worst = ((actual - expected) / expected).abs().max().item<float>();
        Assert.True(worst < 0.01, $"{worst}");
    }
}
