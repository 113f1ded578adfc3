using Streaming.Config.Detectron;
using Streaming.Model.Ops;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Tests.Ops;

/// <summary>Both forms of ROIAlign on a map whose value is the pixel's column, so that a sample's value is its place.</summary>
[NoLeakedTensors]
public sealed class RoiPoolerTests
{
    private const int Side = 16;

    private static readonly Dictionary<string, RoiAlign.Kernel> Kernels = new()
    {
        ["reference"] = RoiAlign.Reference,
        ["fast CPU"] = RoiAlign.FastCpu,
        ["any device"] = RoiAlignAnyDevice.Pool,
    };

    public static TheoryData<string> KernelNames => [.. Kernels.Keys];

    [Theory]
    [MemberData(nameof(KernelNames))]
    public void Pool_AlignedAndNot_LieHalfAPixelApart(string kernel)
    {
        // Stride 4: columns 1 to 3 of the map, in two bins of one pixel with a sample in the middle of each.
        var box = new Box(4, 4, 12, 12);
        Assert.Equal([1.5f, 2.5f, 1.5f, 2.5f], Pool(kernel, box, resolution: 2, samplingRatio: 1, isAligned: false));
        Assert.Equal([1.0f, 2.0f, 1.0f, 2.0f], Pool(kernel, box, resolution: 2, samplingRatio: 1, isAligned: true));
    }

    [Theory]
    [MemberData(nameof(KernelNames))]
    public void Pool_RegionBelowAPixel_IsAPixelUnlessAligned(string kernel)
    {
        // A tenth of the map's pixels wide: the sample lies in the middle of one pixel, or of the tenth.
        var box = new Box(8, 8, 8.4f, 8.4f);
        Close.Absolute([2.5f], Pool(kernel, box, resolution: 1, samplingRatio: 1, isAligned: false), 1e-5, "at least a pixel");
        Close.Absolute([1.55f], Pool(kernel, box, resolution: 1, samplingRatio: 1, isAligned: true), 1e-5, "as it is");
    }

    [Theory]
    [MemberData(nameof(KernelNames))]
    public void Pool_InvertedRegion_IsAPixelUnlessAligned(string kernel)
    {
        var box = new Box(12, 12, 4, 4);
        Close.Absolute([3.5f], Pool(kernel, box, resolution: 1, samplingRatio: 0, isAligned: false), 1e-5, "at least a pixel");
        Assert.Equal([0f], Pool(kernel, box, resolution: 1, samplingRatio: 0, isAligned: true));
    }

    private static float[] Pool(string kernel, Box box, int resolution, int samplingRatio, bool isAligned)
    {
        using var scope = NewDisposeScope();
        var columns = from_array(Enumerable.Range(0, Side).Select(x => (float)x).ToArray()).expand(1, 1, Side, Side);
        var pyramid = new Dictionary<string, Tensor> { ["p2"] = columns };
        var shapes = new Dictionary<string, ShapeSpec> { ["p2"] = new(Channels: 1, Stride: 4) };
        var pooler = new RoiPooler(["p2"], shapes, new PoolerConfig(resolution, samplingRatio, isAligned), Kernels[kernel]);
        return pooler.Pool(pyramid, [[box]]).ToArray<float>();
    }
}
