using Streaming.Config.Detectron;
using Streaming.Model.Ops;
using Streaming.Model.Profiling;
using static TorchSharp.torch;

namespace Streaming.Model.Backbone;

#pragma warning disable IDE1006 // fields carry detectron2's names: they become the keys of the state_dict

/// <summary>
/// The feature pyramid (Lin et al. 2017) over the residual network: levels p2 to p5 with one number of channels, and p6,
/// every second pixel of p5 (detectron2's LastLevelMaxPool).
/// </summary>
internal sealed class Fpn : nn.Module
{
    private readonly ResNet bottom_up;
    private readonly List<(string Stage, string Level, ConvNorm Lateral, ConvNorm Output)> _levels = [];
    private readonly FpnFuse _fuse;

    public Fpn(ResNet bottomUp, FpnConfig config)
        : base(nameof(Fpn))
    {
        bottom_up = bottomUp;
        _fuse = config.Fuse;
        foreach (var stage in config.InFeatures)
        {
            var number = stage[3..];
            var lateral = new ConvNorm(bottomUp.Channels[stage], config.OutChannels, 1, norm: config.Norm);
            var output = new ConvNorm(config.OutChannels, config.OutChannels, 3, norm: config.Norm);
            register_module($"fpn_lateral{number}", lateral);
            register_module($"fpn_output{number}", output);
            _levels.Add((stage, $"p{number}", lateral, output));
        }

        TopLevel = $"p{int.Parse(config.InFeatures[^1][3..], System.Globalization.CultureInfo.InvariantCulture) + 1}";
        RegisterComponents();
    }

    /// <summary>The residual network below the pyramid.</summary>
    public ResNet BottomUp => bottom_up;

    /// <summary>The extra level on top, "p6".</summary>
    public string TopLevel { get; }

    /// <summary>The input's sides must be multiples of this: the stride of the last stage.</summary>
    public int SizeDivisibility => Stride(_levels[^1].Level);

    /// <summary>The stride of a level, in input pixels: 4 for p2, twice that for each further one.</summary>
    public static int Stride(string level)
    {
        return 1 << (level[1] - '0');
    }

    /// <summary>(N, 3, H, W) to the pyramid's levels, each (N, C, H / stride, W / stride). The caller owns them.</summary>
    public Dictionary<string, Tensor> Forward(Tensor input)
    {
        NetworkProfile.Enter(NetworkPart.Backbone);
        var stages = bottom_up.Forward(input);
        NetworkProfile.Enter(NetworkPart.Fpn);
        try
        {
            return Merge(stages);
        }
        finally
        {
            foreach (var stage in stages.Values)
            {
                stage.Dispose();
            }
        }
    }

    /// <summary>The pyramid over given stages, which stay the caller's.</summary>
    public Dictionary<string, Tensor> Merge(IReadOnlyDictionary<string, Tensor> stages)
    {
        using var scope = NewDisposeScope();
        var pyramid = new Dictionary<string, Tensor>();
        Tensor? above = null;
        foreach (var (stage, level, lateral, output) in Enumerable.Reverse(_levels))
        {
            var merged = above is null ? lateral.forward(stages[stage]) : Merge(above, lateral, stages[stage]);
            pyramid[level] = output.forward(merged).MoveToOuterDisposeScope();
            above = merged;
        }

        pyramid[TopLevel] = nn.functional.max_pool2d(pyramid[_levels[^1].Level], 1, 2, 0).MoveToOuterDisposeScope();
        return pyramid;
    }

    private Tensor Merge(Tensor above, ConvNorm lateral, Tensor stage)
    {
        // Changes its type, if at all, while it is small.
        using var small = MixedPrecision.Factor(above, lateral.Weights);
        using var upsampled = nn.functional.interpolate(small, scale_factor: [2, 2], mode: InterpolationMode.Nearest);
        var merged = lateral.ForwardOnto(upsampled, stage, rectifies: false);
        return _fuse == FpnFuse.Avg ? merged.div_(Scalars.Of(2)) : merged;
    }
}
