using Streaming.Config.Detectron;
using Streaming.Model.Backbone;
using Streaming.Model.Heads;
using Streaming.Model.Layers;
using Streaming.Model.Proposals;
using static TorchSharp.torch;

namespace Streaming.Model.MaskRcnn;

/// <summary>The layers of a Mask R-CNN. The keys of the state_dict are detectron2's to the letter.</summary>
internal sealed class MaskRcnnLayers
{
    private readonly BoxHead _boxHead;
    private readonly BoxPredictor _boxPredictor;

    /// <param name="layers">Where they come from.</param>
    /// <param name="config">The configuration.</param>
    public MaskRcnnLayers(ILayerSource layers, ModelConfig config)
    {
        var channels = config.Fpn.OutChannels;
        Backbone = new FpnBackbone(layers.In("backbone"), config.ResNet, config.Fpn);
        var proposals = layers.In("proposal_generator");
        RpnHead = new RpnHead(proposals.In("rpn_head"), channels, AnchorGenerator.PerCell(config.Anchors), config.Rpn);
        var heads = layers.In("roi_heads");
        _boxHead = new BoxHead(heads.In("box_head"), channels, config.RoiHeads);
        _boxPredictor = new BoxPredictor(heads.In("box_predictor"), _boxHead.OutWidth, config.RoiHeads);
        MaskHead = config.MaskHead is { } mask
            ? new MaskHead(heads.In("mask_head"), channels, config.RoiHeads.NumClasses, mask)
            : null;
    }

    /// <summary>The residual network and the pyramid.</summary>
    public FpnBackbone Backbone { get; }

    /// <summary>The head of the region proposal network.</summary>
    public RpnHead RpnHead { get; }

    /// <summary>The mask branch, or null.</summary>
    public MaskHead? MaskHead { get; }

    /// <summary>The box branch: features (R, C, S, S) of regions to classes and boxes. The caller owns them.</summary>
    public BoxPredictions PredictBoxes(Tensor pooled)
    {
        using var features = BoxFeatures(pooled);
        return PredictFrom(features);
    }

    /// <summary>The box head: (R, C, S, S) to (R, width). The caller owns them.</summary>
    public Tensor BoxFeatures(Tensor pooled)
    {
        return _boxHead.Forward(pooled);
    }

    /// <summary>The box branch behind its head. The caller owns the result.</summary>
    public BoxPredictions PredictFrom(Tensor features)
    {
        return _boxPredictor.Forward(features);
    }
}
