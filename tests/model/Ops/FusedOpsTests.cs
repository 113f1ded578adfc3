using Streaming.Model.Ops;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Tests.Ops;

/// <summary>oneDNN's fused operations do what the single ones do; where there are none, nothing is to be tested.</summary>
[NoLeakedTensors]
public sealed class FusedOpsTests
{
    private static IEnumerable<ScalarType> Types => new[] { ScalarType.Float32, ScalarType.BFloat16 }.Where(FusedOps.Have);

    [Fact]
    public void Have_TheShippedLibtorch_HasThemForFloat32()
    {
        Assert.True(FusedOps.Have(ScalarType.Float32));
        Assert.False(FusedOps.Have(ScalarType.Float64));
    }

    [Theory]
    [InlineData(8, 12, 3, 1, 1, true)]
    [InlineData(8, 12, 3, 2, 1, false)]
    [InlineData(3, 8, 7, 2, 1, true)]
    [InlineData(8, 16, 1, 1, 1, false)]
    [InlineData(8, 16, 1, 2, 1, true)]
    [InlineData(16, 16, 3, 1, 4, true)]
    public void Convolution_EqualsConvolutionThenRelu(int channels, int outputs, int kernel, int stride, int groups, bool rectifies)
    {
        foreach (var type in Types)
        {
            using var scope = NewDisposeScope();
            using var mode = inference_mode();
            var (x, weight, bias) = Factors(channels, outputs, kernel, groups, type);
            var expected = nn.functional.conv2d(x, weight, bias, [stride, stride], [kernel / 2, kernel / 2], groups: groups);
            var actual = FusedOps.Convolution(x, weight, bias, stride, kernel / 2, groups, rectifies);
            AssertClose(rectifies ? expected.relu() : expected, actual, type);
        }
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(3, 1, false)]
    [InlineData(3, 2, true)]
    public void AddConvolution_ChangesTheSum(int kernel, int stride, bool rectifies)
    {
        foreach (var type in Types)
        {
            using var scope = NewDisposeScope();
            using var mode = inference_mode();
            var (x, weight, bias) = Factors(8, 16, kernel, 1, type);
            var convolved = nn.functional.conv2d(x, weight, bias, [stride, stride], [kernel / 2, kernel / 2]);
            var sum = rand_like(convolved).sub_(Scalars.Of(0.5));
            var expected = convolved.Plus(sum);
            FusedOps.AddConvolution(sum, x, weight, bias, stride, kernel / 2, 1, rectifies);
            AssertClose(rectifies ? expected.relu() : expected, sum, type);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Linear_EqualsLinearThenRelu(bool rectifies)
    {
        foreach (var type in Types)
        {
            using var scope = NewDisposeScope();
            using var mode = inference_mode();
            var (x, weight, bias) = (randn(5, 40).to(type), randn(7, 40).to(type), randn(7).to(type));
            var expected = nn.functional.linear(x, weight, bias);
            AssertClose(rectifies ? expected.relu() : expected, FusedOps.Linear(x, weight, bias, rectifies), type);
        }
    }

    [Fact]
    public void Widen_EveryPattern_IsTheUpperHalfOfAFloat()
    {
        ushort[] source = [.. Enumerable.Range(0, 1 << 16).Select(i => (ushort)i)];
        var target = new float[source.Length];
        MixedPrecision.Widen(source.AsSpan(..65533), target);
        Assert.Equal(source[..65533].Select(half => (uint)half << 16), target[..65533].Select(BitConverter.SingleToUInt32Bits));
    }

    /// <summary>All forms of ROIAlign take bfloat16 maps as the float32 numbers that they are.</summary>
    [Fact]
    public void RoiAlign_OfNarrowMaps_EqualsThatOfTheSameNumbers()
    {
        using var scope = NewDisposeScope();
        Tensor[] narrow = [.. new[] { rand(2, 19, 7, 6), rand(2, 19, 4, 5) }.Select(map => map.ToChannelsLast().to(ScalarType.BFloat16))];
        Tensor[] wide = [.. narrow.Select(MixedPrecision.Full)];
        var rois = new RoiBatch([new Box(3, 2, 19, 17), new Box(-4, -3, 9, 30), new Box(0, 0, 40, 40)], [0, 1, 1], [0, 0, 1]);
        foreach (var kernel in new RoiAlign.Kernel[] { RoiAlign.Reference, RoiAlign.FastCpu, RoiAlignAnyDevice.Pool })
        {
            Assert.Equal(kernel(wide, [0.25, 0.125], rois, 3, 0).ToArray<float>(), kernel(narrow, [0.25, 0.125], rois, 3, 0).ToArray<float>());
        }
    }

    private static (Tensor X, Tensor Weight, Tensor Bias) Factors(int channels, int outputs, int kernel, int groups, ScalarType type)
    {
        return (
            randn(2, channels, 9, 11).ToChannelsLast().to(type),
            randn(outputs, channels / groups, kernel, kernel).ToChannelsLast().to(type),
            randn(outputs).to(type));
    }

    private static void AssertClose(Tensor expected, Tensor actual, ScalarType type)
    {
        Assert.Equal((type, expected.shape.Length), (actual.dtype, actual.shape.Length));
        Assert.Equal(expected.shape, actual.shape);
        // A sum is rounded once instead of twice or three times.
        Close.RelativeToLargest(MixedPrecision.Full(expected).ToArray<float>(), MixedPrecision.Full(actual).ToArray<float>(), type == ScalarType.Float32 ? 1e-6 : 1e-2, "fused");
    }
}
