using Streaming.Model.Layers;
using Streaming.Model.Ops;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Tests.Layers;

/// <summary>Winograd's convolution against libtorch's in float64.</summary>
[NoLeakedTensors]
public sealed class WinogradConvolutionTests
{
    public WinogradConvolutionTests()
    {
        Assert.SkipUnless(OneDnnOps.Have(ScalarType.Float32), "this libtorch or processor has no oneDNN operations");
    }

    /// <summary>
    /// Sides that tiles fit and do not fit, one tile and less, several images, and so little room that several chunks are needed.
    /// </summary>
    [Theory]
    [InlineData(1, 8, 8, 4, 4, 1 << 20, false)]
    [InlineData(1, 8, 16, 1, 1, 1 << 20, true)]
    [InlineData(2, 16, 8, 9, 11, 1 << 20, true)]
    [InlineData(3, 24, 40, 14, 14, 1, true)]
    [InlineData(1, 8, 8, 35, 50, 1, false)]
    [InlineData(0, 8, 8, 7, 7, 1 << 20, true)]
    public void Forward_EqualsTheSum(int images, int channels, int outputs, int height, int width, int chunkBytes, bool withRelu)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        var x = randn(images, channels, height, width).ToChannelsLast();
        var (weights, biases) = (randn(outputs, channels, 3, 3).ToChannelsLast(), randn(outputs));
        using var convolution = new WinogradConvolution(Weights(weights, biases), chunkBytes);
        var actual = withRelu ? convolution.ForwardRelu(x) : convolution.Forward(x);
        var expected = nn.functional.conv2d(
            x.to(ScalarType.Float64), weights.to(ScalarType.Float64), biases.to(ScalarType.Float64), padding: [1, 1]);
        expected = (withRelu ? expected.relu() : expected).to(ScalarType.Float32);
        Assert.Equal(expected.shape, actual.shape);
        Close.RelativeToLargest(expected.ToArray<float>(), actual.ToArray<float>(), 2e-6, "Winograd");
    }

    [Fact]
    public void Forward_NotANumber_SpreadsNoFurtherThanItsTiles()
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        var x = zeros(1, 8, 12, 12).ToChannelsLast();
        x[0, 3, 8, 8] = tensor(float.NaN);
        using var convolution = new WinogradConvolution(Weights(ones(8, 8, 3, 3), zeros(8)));
        var isNumber = convolution.ForwardRelu(x).isfinite().ToArray<bool>();
        // It is the first pixel of the last tile, and the neighbouring tiles' last rows and columns need it.
        Assert.Equal(Enumerable.Range(0, 8 * 144).Select(i => i / 12 % 12 < 7 || i % 12 < 7), isNumber);
    }

    [Fact]
    public void Suits_OnlyWideFloat32ConvolutionsWithStride1()
    {
        var wide = new ConvolutionShape(256, 128, 3);
        Assert.True(WinogradConvolution.Suits(wide, ScalarType.Float32));
        Assert.False(WinogradConvolution.Suits(wide with { Stride = 2 }, ScalarType.Float32));
        Assert.False(WinogradConvolution.Suits(wide with { Groups = 2 }, ScalarType.Float32));
        Assert.False(WinogradConvolution.Suits(wide, ScalarType.BFloat16));
        Assert.False(WinogradConvolution.Suits(wide with { Kernel = 1 }, ScalarType.Float32));
        Assert.False(WinogradConvolution.Suits(wide with { InChannels = 64 }, ScalarType.Float32));
        Assert.False(WinogradConvolution.Suits(wide with { OutChannels = 132 }, ScalarType.Float32));
    }

    private static ConvolutionWeights Weights(Tensor weights, Tensor biases)
    {
        return new ConvolutionWeights(weights, biases, new ConvolutionShape((int)weights.size(1), (int)weights.size(0), 3));
    }
}
