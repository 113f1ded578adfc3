using Streaming.Config.Detectron;
using Streaming.Model.Layers;
using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Backbone;

/// <summary>ResNet (He et al. 2015) with detectron2's names: a stem and the stages res2 to res5.</summary>
internal sealed class ResNet
{
    private readonly BasicStem _stem;
    private readonly List<(string Name, IResidualBlock[] Blocks)> _stages = [];

    /// <param name="layers">Of the network.</param>
    /// <param name="config">Depth, widths and norm.</param>
    /// <param name="lastStage">Stages after this one ("res5") are not built, as in detectron2.</param>
    public ResNet(ILayerSource layers, ResNetConfig config, string lastStage = "res5")
    {
        var inChannels = config.StemOutChannels;
        var blocksPerStage = BlocksPerStage(config.Depth);
        foreach (var (i, (name, shape)) in ShapesOf(config).Index())
        {
            var stage = layers.In(name);
            var outChannels = shape.Channels;
            var width = (config.NumGroups * config.WidthPerGroup) << i;
            var blocks = new IResidualBlock[blocksPerStage[i]];
            for (var block = 0; block < blocks.Length; block++)
            {
                var own = stage.In(block.ToString(System.Globalization.CultureInfo.InvariantCulture));
                var stride = block == 0 && i > 0 ? 2 : 1;
                blocks[block] = config.Depth < 50
                    ? new BasicBlock(own, inChannels, outChannels, stride, config.Norm)
                    : new BottleneckBlock(own, inChannels, outChannels, width, stride, config);
                inChannels = outChannels;
            }

            _stages.Add((name, blocks));
            if (name == lastStage)
            {
                break;
            }
        }

        _stem = new BasicStem(layers.In("stem"), config.StemOutChannels, config.Norm);
    }

    /// <summary>What each stage gives, in order: res2 has stride 4, each further one twice that.</summary>
    public static IReadOnlyDictionary<string, ShapeSpec> ShapesOf(ResNetConfig config)
    {
        return Enumerable.Range(0, 4).ToDictionary(i => $"res{i + 2}", i => new ShapeSpec(config.Res2OutChannels << i, 4 << i));
    }

    /// <summary>
    /// (N, 3, H, W) to each stage's output. The caller owns them. A block may overwrite its input when it has no convolution in
    /// its shortcut, which the first one of a stage always has: outputs stay whole.
    /// </summary>
    public Dictionary<string, Tensor> Forward(Tensor input)
    {
        var outputs = new Dictionary<string, Tensor>();
        var x = _stem.Forward(input);
        var isOutput = false;
        foreach (var (name, blocks) in _stages)
        {
            foreach (var block in blocks)
            {
                var y = block.Forward(x);
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
