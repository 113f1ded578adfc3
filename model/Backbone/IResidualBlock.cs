using static TorchSharp.torch;

namespace Streaming.Model.Backbone;

/// <summary>A few convolutions around a shortcut.</summary>
internal interface IResidualBlock
{
    /// <summary>
    /// (N, C, H, W) to (N, C', H / stride, W / stride). May overwrite its input when it detects. The caller owns the result.
    /// </summary>
    Tensor Forward(Tensor input);
}
