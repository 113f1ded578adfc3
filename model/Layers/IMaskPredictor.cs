using static TorchSharp.torch;

namespace Streaming.Model.Layers;

/// <summary>
/// The end of a mask head: a 2x2 transposed convolution with stride 2, a ReLU, and a 1x1 convolution to a mask for each class.
/// </summary>
internal interface IMaskPredictor
{
    /// <summary>
    /// Features (R, C, S, S) to the logits (R, 2S, 2S) of each region's own class, float32. The caller owns them.
    /// </summary>
    /// <param name="features">Of R regions.</param>
    /// <param name="classes">(R), int64, on the features' device.</param>
    Tensor Forward(Tensor features, Tensor classes);
}
