using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Streaming.Model.Layers;
using Streaming.Model.Masks;
using Streaming.Model.Native;
using Streaming.Model.Ops;
using Streaming.Model.Structures;
using TorchSharp;

namespace Streaming.Benchmarks;

/// <summary>Plain kernels against fast ones, at the sizes of a 750x1333 frame of R50-FPN.</summary>
[Config(typeof(InProcess))]
[MemoryDiagnoser]
public class KernelBenchmarks : IDisposable
{
    private readonly ImageSize _frame = new(1080, 1920);
    private readonly byte[] _pixels = new byte[1080 * 1920 * 3];
    private readonly byte[] _resized = new byte[750 * 1333 * 3];
    private readonly float[] _mask = new float[28 * 28];
    private Box[] _boxes = [];
    private float[] _scores = [];
    private torch.Tensor[] _levels = [];
    private RoiBatch _rois = new([], [], []);
    private torch.Tensor? _weights;
    private torch.Tensor? _biases;
    private WinogradConvolution? _winograd;

    [GlobalSetup]
    public void Setup()
    {
        NativeAllocator.KeepLargeBlocks();
        LibTorch.Load();
        var random = new Random(1);
        random.NextBytes(_pixels);
        for (var i = 0; i < _mask.Length; i++)
        {
            _mask[i] = Math.Clamp(1.2f - (MathF.Sqrt(MathF.Pow((i % 28) - 14, 2) + MathF.Pow((i / 28) - 14, 2)) / 16), 0, 1);
        }

        _boxes = [.. Enumerable.Range(0, 1000).Select(_ => RandomBox(random))];
        _scores = [.. _boxes.Select(_ => random.NextSingle())];
        _levels =
        [
            .. new[] { 4, 8, 16, 32 }
                .Select(stride => TensorExtensions.ToChannelsLast(torch.rand(1, 256, 768 / stride, 1344 / stride))),
        ];
        (_weights, _biases) = (TensorExtensions.ToChannelsLast(torch.randn(256, 256, 3, 3)), torch.zeros(256));
        _winograd = new WinogradConvolution(new ConvolutionWeights(_weights, _biases, new ConvolutionShape(256, 256, 3)));
        _rois = new RoiBatch(_boxes, new int[_boxes.Length], [.. _boxes.Select(box => RoiPooler.AssignLevel(box, 2, 5))]);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _winograd?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public void Resize1080p()
    {
        PillowResize.Resize(new ImageView(_pixels, _frame), _resized, new ImageSize(750, 1333));
    }

    /// <summary>libtorch's own, which is off by one on some of the bytes.</summary>
    [Benchmark]
    public void Resize1080pByLibtorch()
    {
        using var scope = torch.NewDisposeScope();
        var pixels = torch.frombuffer(_pixels, torch.ScalarType.Byte, _pixels.Length)
            .reshape(1, 1080, 1920, 3)
            .permute(0, 3, 1, 2);
        torch.nn.functional.interpolate(
            pixels, size: [750, 1333], mode: torch.InterpolationMode.Bilinear, align_corners: false, antialias: true);
    }

    [Benchmark]
    public int NmsReference()
    {
        return Nms.Reference(_boxes, _scores, 0.7).Count;
    }

    [Benchmark]
    public int NmsFast()
    {
        return Nms.Fast(_boxes, _scores, 0.7).Count;
    }

    [Benchmark]
    public void RoiAlignReference()
    {
        RoiAlign.Reference(_levels, [1 / 4.0, 1 / 8.0, 1 / 16.0, 1 / 32.0], _rois, 7, 0).Dispose();
    }

    [Benchmark]
    public void RoiAlignFast()
    {
        RoiAlign.FastCpu(_levels, [1 / 4.0, 1 / 8.0, 1 / 16.0, 1 / 32.0], _rois, 7, 0).Dispose();
    }

    [Benchmark]
    public void Convolution3x3Directly()
    {
        OneDnnOps.Convolution(_levels[1], _weights!, _biases!, stride: 1, padding: 1, groups: 1, withRelu: true).Dispose();
    }

    [Benchmark]
    public void Convolution3x3ByWinograd()
    {
        _winograd!.ForwardRelu(_levels[1]).Dispose();
    }

    [Benchmark]
    public long PasteAndEncodePlain()
    {
        var soft = MaskPaster.PasteSoft(_mask, 28, new Box(400.5f, 300.5f, 700.5f, 800.5f), _frame);
        return Rle.Encode(soft.Select(value => value >= 0.5f ? (byte)1 : (byte)0).ToArray(), _frame).Area;
    }

    [Benchmark]
    public long PasteAndEncodeFast()
    {
        return MaskPaster.PasteToRle(_mask, 28, new Box(400.5f, 300.5f, 700.5f, 800.5f), _frame).Area;
    }

    private static Box RandomBox(Random random)
    {
        var (x, y) = (random.NextSingle() * 1100, random.NextSingle() * 600);
        var side = 16 * MathF.Pow(2, random.NextSingle() * 4);
        return new Box(x, y, Math.Min(x + side, 1333), Math.Min(y + (side * (0.5f + random.NextSingle())), 750));
    }

    /// <summary>In this process: a child process would not find libtorch's files.</summary>
    private sealed class InProcess : ManualConfig
    {
        public InProcess()
        {
            AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
        }
    }
}
