using Streaming.Config.Detectron;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Streaming.Model.Backbone;

#pragma warning disable IDE1006 // fields carry detectron2's names: they become the keys of the state_dict

/// <summary>The first layers: a 7x7 convolution and a max pooling, stride 4 together.</summary>
internal sealed class BasicStem : nn.Module<Tensor, Tensor>
{
    private readonly ConvNorm conv1;

    public BasicStem(int outChannels, NormKind norm)
        : base(nameof(BasicStem))
    {
        conv1 = new ConvNorm(3, outChannels, 7, stride: 2, norm: norm);
        RegisterComponents();
    }

    /// <summary>(N, 3, H, W) to (N, C, H/4, W/4).</summary>
    public override Tensor forward(Tensor input)
    {
        using var x = conv1.ForwardRelu(input);
        return nn.functional.max_pool2d(x, 3, 2, 1);
    }
}

/// <summary>ResNet (He et al. 2015) with detectron2's names: a stem and the stages res2 to res5.</summary>
internal sealed class ResNet : nn.Module
{
    private readonly BasicStem stem;
    private readonly List<(string Name, ModuleList<nn.Module<Tensor, Tensor>> Blocks)> _stages = [];

    /// <param name="config">Depth, widths and norm.</param>
    /// <param name="lastStage">Stages after this one ("res5") are not built, as in detectron2.</param>
    public ResNet(ResNetConfig config, string lastStage = "res5")
        : base(nameof(ResNet))
    {
        stem = new BasicStem(config.StemOutChannels, config.Norm);
        var inChannels = config.StemOutChannels;
        var blocksPerStage = BlocksPerStage(config.Depth);
        for (var i = 0; i < 4; i++)
        {
            var outChannels = config.Res2OutChannels << i;
            var width = (config.NumGroups * config.WidthPerGroup) << i;
            var blocks = new ModuleList<nn.Module<Tensor, Tensor>>();
            for (var block = 0; block < blocksPerStage[i]; block++)
            {
                var stride = block == 0 && i > 0 ? 2 : 1;
                blocks.Add(config.Depth < 50
                    ? new BasicBlock(inChannels, outChannels, stride, config.Norm)
                    : new BottleneckBlock(inChannels, outChannels, width, stride, config.NumGroups, config.StrideIn1X1, config.Norm));
                inChannels = outChannels;
            }

            var name = $"res{i + 2}";
            register_module(name, blocks);
            _stages.Add((name, blocks));
            Channels[name] = outChannels;
            if (name == lastStage)
            {
                break;
            }
        }

        RegisterComponents();
    }

    /// <summary>Channels of each stage.</summary>
    public Dictionary<string, int> Channels { get; } = [];

    /// <summary>
    /// (N, 3, H, W) to each stage's output: res2 has stride 4, each further one twice that. The caller owns them. A block may overwrite its input when it has no
    /// convolution in its shortcut, which the first one of a stage always has: outputs stay whole.
    /// </summary>
    public Dictionary<string, Tensor> Forward(Tensor input)
    {
        var outputs = new Dictionary<string, Tensor>();
        var x = stem.forward(input);
        var isOutput = false;
        foreach (var (name, blocks) in _stages)
        {
            foreach (var block in blocks)
            {
                var y = block.forward(x);
                if (!isOutput)
                {
                    x.Dispose();
                }

                (x, isOutput) = (y, false);
            }

            outputs[name] = x;
            isOutput = true;
        }

        return outputs;
    }

    private static int[] BlocksPerStage(int depth)
    {
        return depth switch
        {
            18 => [2, 2, 2, 2],
            34 or 50 => [3, 4, 6, 3],
            101 => [3, 4, 23, 3],
            152 => [3, 8, 36, 3],
            _ => throw new ArgumentOutOfRangeException(nameof(depth), depth, "18, 34, 50, 101 or 152"),
        };
    }
}
