using Streaming.Model.Ops;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Tests.Ops;

/// <summary>oneDNN's fused operations do what the single ones do; where there are none, nothing is to be tested.</summary>
[NoLeakedTensors]
public sealed class OneDnnOpsTests
{
    private static IEnumerable<ScalarType> Types => new[] { ScalarType.Float32, ScalarType.BFloat16 }.Where(OneDnnOps.Have);

    [Fact]
    public void Have_TheShippedLibtorch_HasThemForFloat32()
    {
        Assert.True(OneDnnOps.Have(ScalarType.Float32));
        Assert.False(OneDnnOps.Have(ScalarType.Float64));
    }

    [Theory]
    [InlineData(8, 12, 3, 1, 1, true)]
    [InlineData(8, 12, 3, 2, 1, false)]
    [InlineData(3, 8, 7, 2, 1, true)]
    [InlineData(8, 16, 1, 1, 1, false)]
    [InlineData(8, 16, 1, 2, 1, true)]
    [InlineData(16, 16, 3, 1, 4, true)]
    public void Convolution_EqualsConvolutionThenRelu(
        int channels, int outputs, int kernel, int stride, int groups, bool withRelu)
    {
        foreach (var type in Types)
        {
            using var scope = NewDisposeScope();
            using var mode = inference_mode();
            var (x, weight, bias) = Factors(channels, outputs, kernel, groups, type);
            var expected = nn.functional.conv2d(x, weight, bias, [stride, stride], [kernel / 2, kernel / 2], groups: groups);
            var actual = OneDnnOps.Convolution(x, weight, bias, stride, kernel / 2, groups, withRelu);
            AssertClose(withRelu ? expected.relu() : expected, actual, type);
        }
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(3, 1, false)]
    [InlineData(3, 2, true)]
    public void AddConvolution_ChangesTheSum(int kernel, int stride, bool withRelu)
    {
        foreach (var type in Types)
        {
            using var scope = NewDisposeScope();
            using var mode = inference_mode();
            var (x, weight, bias) = Factors(8, 16, kernel, 1, type);
            var convolved = nn.functional.conv2d(x, weight, bias, [stride, stride], [kernel / 2, kernel / 2]);
            var sum = rand_like(convolved).sub_(Scalars.Of(0.5));
            var expected = convolved.Plus(sum);
            OneDnnOps.AddConvolution(sum, x, weight, bias, stride, kernel / 2, 1, withRelu);
            AssertClose(withRelu ? expected.relu() : expected, sum, type);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Linear_EqualsLinearThenRelu(bool withRelu)
    {
        foreach (var type in Types)
        {
            using var scope = NewDisposeScope();
            using var mode = inference_mode();
            var (x, weight, bias) = (randn(5, 40).to(type), randn(7, 40).to(type), randn(7).to(type));
            var expected = nn.functional.linear(x, weight, bias);
            AssertClose(withRelu ? expected.relu() : expected, OneDnnOps.Linear(x, weight, bias, withRelu), type);
        }
    }

    [Fact]
    public unsafe void WeightedSum_EveryNumber_IsTheUpperHalfOfAFloat()
    {
        ushort[] source = [.. Enumerable.Range(0, 1 << 16).Select(i => (ushort)i).Where(half => float.IsFinite(Wide(half)))];
        float[] wide = [.. source.Select(Wide)];
        const int Stride = 20;
        var (narrowSum, wideSum) = (new float[source.Length], new float[source.Length]);
        var length = source.Length - Stride - 3;
        fixed (ushort* narrow = source)
        fixed (float* numbers = wide)
        {
            WeightedSum.Of(narrow, Stride, [0.3f, 0.6f], narrowSum.AsSpan(0, length));
            WeightedSum.Of(numbers, Stride, [0.3f, 0.6f], wideSum.AsSpan(0, length));
        }

        var sums = Enumerable.Range(0, length).Select(i => (wide[i] * 0.3f) + (wide[i + Stride] * 0.6f));
        var expected = sums.Concat(new float[source.Length - length]);
        Assert.Equal(expected, narrowSum);
        Assert.Equal(expected, wideSum);

        static float Wide(ushort half)
        {
            return BitConverter.UInt32BitsToSingle((uint)half << 16);
        }
    }

    [Fact]
    public void Round_AnyNumbers_AsLibtorchDoes()
    {
        using var scope = NewDisposeScope();
        var random = new Random(3);
        float[] numbers =
        [
            .. Enumerable.Range(0, 20_003).Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue))),
            float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.Epsilon, -0f,
            BitConverter.UInt32BitsToSingle(0x3F808000), BitConverter.UInt32BitsToSingle(0x3F818000),
        ];
        var rounded = new ushort[numbers.Length];
        MixedPrecision.Round(numbers, rounded);
        var expected = MixedPrecision.Full(tensor(numbers).to(ScalarType.BFloat16)).ToArray<float>();
        Assert.Equal(expected, rounded.Select(half => BitConverter.UInt32BitsToSingle((uint)half << 16)));
    }

    /// <summary>All forms of ROIAlign take bfloat16 maps as the float32 numbers that they are, and round the result.</summary>
    [Fact]
    public void RoiAlign_OfNarrowMaps_EqualsThatOfTheSameNumbers()
    {
        using var scope = NewDisposeScope();
        Tensor[] narrow =
        [
            .. new[] { rand(2, 19, 7, 6), rand(2, 19, 4, 5) }.Select(map => map.ToChannelsLast().to(ScalarType.BFloat16)),
        ];
        Tensor[] wide = [.. narrow.Select(MixedPrecision.Full)];
        var rois = new RoiBatch([new Box(3, 2, 19, 17), new Box(-4, -3, 9, 30), new Box(0, 0, 40, 40)], [0, 1, 1], [0, 0, 1]);
        foreach (var kernel in new RoiAlign.Kernel[] { RoiAlign.Reference, RoiAlign.FastCpu, RoiAlignAnyDevice.Pool })
        {
            var expected = kernel(wide, [0.25, 0.125], rois, 3, 0).to(ScalarType.BFloat16);
            var actual = kernel(narrow, [0.25, 0.125], rois, 3, 0);
            Assert.Equal(expected.dtype, actual.dtype);
            Assert.Equal(MixedPrecision.Full(expected).ToArray<float>(), MixedPrecision.Full(actual).ToArray<float>());
        }
    }

    private static (Tensor X, Tensor Weight, Tensor Bias) Factors(
        int channels, int outputs, int kernel, int groups, ScalarType type)
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
        Close.RelativeToLargest(
            MixedPrecision.Full(expected).ToArray<float>(),
            MixedPrecision.Full(actual).ToArray<float>(),
            type == ScalarType.Float32 ? 1e-6 : 1e-2,
            "fused");
    }
}
