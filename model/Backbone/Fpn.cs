using Streaming.Config.Detectron;
using Streaming.Model.Layers;
using Streaming.Model.Ops;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Backbone;

/// <summary>
/// The feature pyramid (Lin et al. 2017) over the stages of a residual network: levels p2 to p5 with one number of channels, and
/// p6, every second pixel of p5 (detectron2's LastLevelMaxPool).
/// </summary>
internal sealed class Fpn
{
    private readonly List<(string Stage, string Level, IConvolution Lateral, IConvolution Output)> _levels = [];
    private readonly string _top;
    private readonly FpnFuse _fuse;
    private readonly Dictionary<string, ShapeSpec> _shapes = [];

    /// <param name="layers">Of the pyramid.</param>
    /// <param name="stages">What the stages give; consecutive ones are used.</param>
    /// <param name="config">Which stages, how many channels, how levels are joined, and the norm.</param>
    public Fpn(ILayerSource layers, IReadOnlyDictionary<string, ShapeSpec> stages, FpnConfig config)
    {
        _fuse = config.Fuse;
        foreach (var stage in config.InFeatures)
        {
            var below = stages[stage];
            var shape = new ShapeSpec(config.OutChannels, below.Stride);
            var lateral = new ConvolutionShape(below.Channels, shape.Channels, 1, Norm: config.Norm);
            var output = new ConvolutionShape(shape.Channels, shape.Channels, 3, Norm: config.Norm);
            _levels.Add((
                stage,
                $"p{shape.Level}",
                layers.Convolution($"fpn_lateral{shape.Level}", lateral),
                layers.Convolution($"fpn_output{shape.Level}", output)));
            _shapes[$"p{shape.Level}"] = shape;
            SizeDivisibility = shape.Stride;
        }

        var top = new ShapeSpec(config.OutChannels, 2 * SizeDivisibility);
        _top = $"p{top.Level}";
        _shapes[_top] = top;
    }

    /// <summary>What each level is, by its name.</summary>
    public IReadOnlyDictionary<string, ShapeSpec> Shapes => _shapes;

    /// <summary>The input's sides must be multiples of this: the stride of the last stage.</summary>
    public int SizeDivisibility { get; }

    /// <summary>
    /// The pyramid over given stages, which stay the caller's: levels (N, C, H / stride, W / stride). The caller owns them.
    /// </summary>
    public Dictionary<string, Tensor> Forward(IReadOnlyDictionary<string, Tensor> stages)
    {
        using var scope = NewDisposeScope();
        var pyramid = new Dictionary<string, Tensor>();
        Tensor? above = null;
        foreach (var (stage, level, lateral, output) in Enumerable.Reverse(_levels))
        {
            var merged = above is null ? lateral.Forward(stages[stage]) : Merge(above, lateral, stages[stage]);
            pyramid[level] = output.Forward(merged).MoveToOuterDisposeScope();
            above = merged;
        }

        pyramid[_top] = nn.functional.max_pool2d(pyramid[_levels[^1].Level], 1, 2, 0).MoveToOuterDisposeScope();
        return pyramid;
    }

    private Tensor Merge(Tensor above, IConvolution lateral, Tensor stage)
    {
        using var small = lateral.ToOwnType(above);
        using var upsampled = nn.functional.interpolate(small, scale_factor: [2, 2], mode: InterpolationMode.Nearest);
        var merged = lateral.ForwardOnto(upsampled, stage, withRelu: false);
        return _fuse == FpnFuse.Avg ? merged.div_(Scalars.Of(2)) : merged;
    }
}
