using Streaming.Model.Backbone;
using Streaming.Model.Ops;
using static TorchSharp.torch;

namespace Streaming.Model.Proposals;

#pragma warning disable IDE1006 // fields carry detectron2's names: they become the keys of the state_dict

/// <summary>The network of the RPN (detectron2's StandardRPNHead), shared by all levels.</summary>
internal sealed class RpnHead : nn.Module
{
    private readonly ConvNorm conv;
    private readonly ConvNorm objectness_logits;
    private readonly ConvNorm anchor_deltas;

    /// <param name="channels">Channels of the pyramid.</param>
    /// <param name="anchorsPerCell">Anchors at each pixel.</param>
    public RpnHead(int channels, int anchorsPerCell)
        : base(nameof(RpnHead))
    {
        conv = new ConvNorm(channels, channels, 3);
        objectness_logits = new ConvNorm(channels, anchorsPerCell, 1);
        anchor_deltas = new ConvNorm(channels, anchorsPerCell * 4, 1);
        RegisterComponents();
    }

    /// <summary>
    /// A level (N, C, H, W) to logits (N, H*W*A) and deltas (N, H*W*A, 4) in the order of the anchors. The caller owns both.
    /// </summary>
    public (Tensor Logits, Tensor Deltas) Forward(Tensor level)
    {
        using var scope = NewDisposeScope();
        var hidden = conv.ForwardRelu(level);
        var logits = MixedPrecision.Full(objectness_logits.forward(hidden)).permute(0, 2, 3, 1).flatten(1);
        var deltas = MixedPrecision.Full(anchor_deltas.forward(hidden)).permute(0, 2, 3, 1).reshape(level.size(0), -1, 4);
        return (logits.MoveToOuterDisposeScope(), deltas.MoveToOuterDisposeScope());
    }
}
