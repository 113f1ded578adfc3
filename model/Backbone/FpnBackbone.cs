using Streaming.Config.Detectron;
using Streaming.Model.Layers;
using Streaming.Model.Profiling;
using static TorchSharp.torch;

namespace Streaming.Model.Backbone;

/// <summary>A residual network and the feature pyramid over it.</summary>
internal sealed class FpnBackbone
{
    /// <param name="layers">Of both.</param>
    /// <param name="resNet">The residual network.</param>
    /// <param name="fpn">The pyramid.</param>
    public FpnBackbone(ILayerSource layers, ResNetConfig resNet, FpnConfig fpn)
    {
        // Training draws weights in the order in which layers are asked for: another order would be other weights for the same
        // seed.
        Pyramid = new Fpn(layers, ResNet.ShapesOf(resNet), fpn);
        BottomUp = new ResNet(layers.In("bottom_up"), resNet, fpn.InFeatures[^1]);
    }

    /// <summary>The residual network.</summary>
    public ResNet BottomUp { get; }

    /// <summary>The pyramid.</summary>
    public Fpn Pyramid { get; }

    /// <summary>
    /// (N, 3, H, W) to the pyramid's levels by name, each (N, C, H / stride, W / stride). The caller owns them.
    /// </summary>
    public Dictionary<string, Tensor> Forward(Tensor input)
    {
        NetworkProfile.Enter(NetworkPart.Backbone);
        var stages = BottomUp.Forward(input);
        NetworkProfile.Enter(NetworkPart.Fpn);
        try
        {
            return Pyramid.Forward(stages);
        }
        finally
        {
            foreach (var stage in stages.Values)
            {
                stage.Dispose();
            }
        }
    }
}
