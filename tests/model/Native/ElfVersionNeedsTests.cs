using Streaming.Model.Native;

namespace Streaming.Model.Tests.Native;

public sealed class ElfVersionNeedsTests
{
    [Fact]
    public void MakeWeak_TorchSharpsLibrary_SetsOneBitForTheOneNeed()
    {
        var shim = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        Assert.SkipUnless(File.Exists(shim), "this build carries no libLibTorchSharp.so");
        var original = File.ReadAllBytes(shim);
        var healed = (byte[])original.Clone();
        Assert.Equal(1, ElfVersionNeeds.MakeWeak(healed, "GLIBCXX_3.4.32"));
        var changed = Assert.Single(Enumerable.Range(0, original.Length), i => original[i] != healed[i]);
        Assert.Equal(original[changed] | 2, healed[changed]);
        Assert.Equal(0, ElfVersionNeeds.MakeWeak(healed, "GLIBCXX_9.9.99"));
    }

    [Fact]
    public void MakeWeak_NoElfFile_DoesNothing()
    {
        Assert.Equal(0, ElfVersionNeeds.MakeWeak(new byte[10], "GLIBCXX_3.4.32"));
        Assert.Equal(0, ElfVersionNeeds.MakeWeak(new byte[1000], "GLIBCXX_3.4.32"));
    }
}
