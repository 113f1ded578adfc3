using Streaming.Config.Detectron;
using Streaming.Model.Layers;
using Streaming.Model.Ops;
using Streaming.Model.Proposals;
using static TorchSharp.torch;

namespace Streaming.Model.Tests.Proposals;

public sealed class RpnHeadTests
{
    /// <summary>detectron2 names one convolution "conv" and numbers several.</summary>
    [Theory]
    [InlineData(new[] { 8 }, "conv.bias conv.weight")]
    [InlineData(new[] { 4, 6 }, "conv.conv0.bias conv.conv0.weight conv.conv1.bias conv.conv1.weight")]
    public void Forward_OfEachNumberOfConvolutions_HasDetectron2sNamesAndShapes(int[] convDims, string names)
    {
        using var modules = new ModuleScope("head");
        var config = new RpnConfig(["p2"], 10, 10, 0.7, 0, [1, 1, 1, 1], convDims);
        var head = new RpnHead(modules, 8, anchorsPerCell: 3, config);
        var state = modules.state_dict();
        var convolutions = state.Keys.Where(name => name.StartsWith("conv", StringComparison.Ordinal));
        Assert.Equal(names.Split(' '), convolutions.Order(StringComparer.Ordinal));
        Assert.Equal([12L, convDims[^1], 1, 1], state["anchor_deltas.weight"].shape);

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var tensor in state.Values)
        {
            tensor.fill_(Scalars.Of(0.1));
        }

        var pyramid = new Dictionary<string, Tensor> { ["p2"] = ones(1, 8, 5, 7) };
        var (logits, deltas, _) = Assert.Single(head.Forward(pyramid));
        Assert.Equal([1, 5 * 7 * 3], logits.shape);
        Assert.Equal([1, 5 * 7 * 3, 4], deltas.shape);

        // In the middle each 3x3 convolution gives 0.9 times the sum of its inputs, and its bias; then come the logits.
        var (value, channels) = (1.0, 8);
        foreach (var width in convDims)
        {
            (value, channels) = ((0.9 * channels * value) + 0.1, width);
        }

        Assert.Equal((0.1 * channels * value) + 0.1, logits[0, ((2 * 7) + 3) * 3].item<float>(), 1e-3);
    }
}
