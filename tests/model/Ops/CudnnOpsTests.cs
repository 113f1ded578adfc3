using Streaming.Model.Ops;
using static TorchSharp.torch;

namespace Streaming.Model.Tests.Ops;

public sealed class CudnnOpsTests
{
    /// <summary>
    /// The text compiles, since the process lives; libtorch knows the operations, and says that they are for CUDA alone.
    /// </summary>
    [Fact]
    public void Have_OnTheCpu_IsFalse()
    {
        Assert.False(CudnnOps.Have(CPU, ScalarType.Float32));
        Assert.False(CudnnOps.Have(CPU, ScalarType.BFloat16));
        using var x = zeros(1, 3, 4, 4);
        using var w = zeros(2, 3, 3, 3);
        using var b = zeros(2);
        using var z = zeros(1, 2, 4, 4);
        var exception = Assert.Throws<System.Runtime.InteropServices.ExternalException>(
            () => CudnnOps.ConvolutionRelu(x, w, b, 1, 1, 1));
        Assert.Contains("Could not run 'aten::cudnn_convolution_relu'", exception.Message, StringComparison.Ordinal);
        exception = Assert.Throws<System.Runtime.InteropServices.ExternalException>(
            () => CudnnOps.ConvolutionAddRelu(x, w, z, b, 1, 1, 1));
        Assert.Contains("Could not run 'aten::cudnn_convolution_add_relu'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Have_OnAGpu_IsTrue()
    {
        Assert.SkipUnless(Streaming.Model.Native.LibTorch.Load().HasCuda, "there is no GPU");
        Assert.True(CudnnOps.Have(CUDA, ScalarType.Float32));
        Assert.True(CudnnOps.Have(CUDA, ScalarType.BFloat16));
    }
}
