using Streaming.Model.Ops;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Training.Tests;

/// <summary>
/// The gradient of ROIAlign. Pooling is linear in the features, so that a finite difference of any size is the derivative itself:
/// it is taken with the plain kernel, pixel by pixel.
/// </summary>
public sealed class RoiAlignGradientTests
{
    private static readonly double[] Scales = [0.25, 0.125];

    private static readonly RoiBatch Rois = new(
        [
            new Box(3, 2, 19, 17),
            new Box(-4, -3, 9, 30),
            new Box(10, 10, 10.5f, 11),
            new Box(20, 5, 12, 15),
            new Box(0, 0, 40, 40),
            new Box(60, 60, 80, 80),
        ],
        [0, 1, 0, 1, 1, 0],
        [0, 0, 0, 0, 1, 1]);

    [Theory]
    [InlineData(0, false)]
    [InlineData(2, false)]
    [InlineData(0, true)]
    [InlineData(2, true)]
    public void Backward_OfAWeightedSum_EqualsFiniteDifferences(int samplingRatio, bool isForAnyDevice)
    {
        using var scope = NewDisposeScope();
        Tensor[] maps = [rand(2, 2, 7, 6).requires_grad_(), rand(2, 2, 4, 5).requires_grad_()];
        RoiAlign.Kernel kernel = isForAnyDevice ? RoiAlignAnyDevice.Pool : RoiAlignFunction.Pool;
        var pooled = kernel(maps, Scales, Rois, 3, samplingRatio);
        var weights = rand_like(pooled);
        (pooled * weights).sum().backward();
        for (var level = 0; level < maps.Length; level++)
        {
            var expected = new float[maps[level].numel()];
            for (var i = 0; i < expected.Length; i++)
            {
                using var inner = NewDisposeScope();
                Tensor[] unit = [.. maps.Select(map => zeros(map.shape))];
                unit[level].view(-1).select(0, i).fill_(Scalars.Of(1));
                expected[i] = (RoiAlign.Reference(unit, Scales, Rois, 3, samplingRatio) * weights).sum().item<float>();
            }

            Close.Absolute(expected, maps[level].grad!.ToArray<float>(), 1e-5, $"level {level}");
        }
    }

    [Fact]
    public void Pool_WithAndWithoutGradient_IsTheSame()
    {
        using var scope = NewDisposeScope();
        Tensor[] maps = [rand(2, 2, 7, 6), rand(2, 2, 4, 5)];
        var plain = RoiAlignFunction.Pool(maps, Scales, Rois, 3, 0).ToArray<float>();
        maps[0].requires_grad_();
        var learning = RoiAlignFunction.Pool(maps, Scales, Rois, 3, 0);
        Assert.True(learning.requires_grad);
        Assert.Equal(plain, learning.detach().ToArray<float>());
    }
}
