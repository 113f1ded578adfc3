using static TorchSharp.torch;

namespace Streaming.Model.Layers;

/// <summary>
/// A linear layer over maps that takes pixels as ROIAlign writes them, (y, x, channel): nothing is put in another order on the
/// way.
/// </summary>
/// <param name="inner">With its weights in that order, see <see cref="Reorder"/>; its owner's.</param>
internal sealed class ChannelsLastLinear(ILinear inner) : ILinear
{
    /// <summary>Makes weights for (channel, y, x) ones for (y, x, channel), in place.</summary>
    /// <param name="weight">(out, channels * side * side).</param>
    /// <param name="channels">Channels of the maps.</param>
    public static void Reorder(Tensor weight, int channels)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        weight.copy_(weight.reshape(weight.size(0), channels, -1).transpose(1, 2).reshape(weight.size(0), -1));
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor input)
    {
        using var pixels = input.permute(0, 2, 3, 1);
        return inner.Forward(pixels);
    }

    /// <inheritdoc/>
    public Tensor ForwardRelu(Tensor input)
    {
        using var pixels = input.permute(0, 2, 3, 1);
        return inner.ForwardRelu(pixels);
    }
}
