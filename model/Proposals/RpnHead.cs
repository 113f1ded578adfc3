using Streaming.Model.Backbone;
using Streaming.Model.Ops;
using static TorchSharp.torch;

namespace Streaming.Model.Proposals;

#pragma warning disable IDE1006 // fields carry detectron2's names: they become the keys of the state_dict

/// <summary>The network of the RPN (detectron2's StandardRPNHead), shared by all levels.</summary>
internal sealed class RpnHead : nn.Module, IFusable
{
    private readonly List<ConvNorm> _convolutions = [];
    private readonly ConvNorm objectness_logits;
    private readonly ConvNorm anchor_deltas;
    private (Tensor Weights, Tensor Biases)? _both;

    /// <param name="channels">Channels of the pyramid.</param>
    /// <param name="convDims">Channels of each 3x3 convolution.</param>
    /// <param name="anchorsPerCell">Anchors at each pixel.</param>
    public RpnHead(int channels, IReadOnlyList<int> convDims, int anchorsPerCell)
        : base(nameof(RpnHead))
    {
        foreach (var width in convDims)
        {
            _convolutions.Add(new ConvNorm(channels, width, 3));
            channels = width;
        }

        // detectron2 names one convolution "conv" and several "conv.conv0", "conv.conv1"….
        register_module("conv", _convolutions is [var only]
            ? only
            : nn.ModuleDict([.. _convolutions.Select((convolution, i) => ($"conv{i}", convolution))]));
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
        var hidden = _convolutions.Aggregate(level, (x, convolution) => convolution.ForwardRelu(x));
        var (logits, deltas) = Predict(hidden);
        logits = MixedPrecision.Full(logits).permute(0, 2, 3, 1).flatten(1);
        deltas = MixedPrecision.Full(deltas).permute(0, 2, 3, 1).reshape(level.size(0), -1, 4);
        return (logits.MoveToOuterDisposeScope(), deltas.MoveToOuterDisposeScope());
    }

    /// <summary>From now on both predictions come of one convolution, see <see cref="FusedOps"/>. For detecting only.</summary>
    public void Fuse()
    {
        using var scope = NewDisposeScope();
        var weights = cat([objectness_logits.Weights, anchor_deltas.Weights]);
        var biases = cat([objectness_logits.Biases!, anchor_deltas.Biases!]);
        _both = (weights.DetachFromDisposeScope(), biases.DetachFromDisposeScope());
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _both?.Weights.Dispose();
            _both?.Biases.Dispose();
        }

        base.Dispose(disposing);
    }

    private (Tensor Logits, Tensor Deltas) Predict(Tensor hidden)
    {
        if (_both is not { } both)
        {
            return (objectness_logits.forward(hidden), anchor_deltas.forward(hidden));
        }

        using var x = MixedPrecision.Factor(hidden, both.Weights);
        var output = FusedOps.Convolution(x, both.Weights, both.Biases, stride: 1, padding: 0, groups: 1, rectifies: false);
        var anchors = objectness_logits.Weights.size(0);
        return (output.narrow(1, 0, anchors), output.narrow(1, anchors, 4 * anchors));
    }
}
