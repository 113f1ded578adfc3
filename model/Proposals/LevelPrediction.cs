using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Proposals;

/// <summary>What a dense head predicts on one level of a pyramid, in the order of the anchors.</summary>
/// <param name="Logits">(N, H*W*A): objectness before the sigmoid, float32.</param>
/// <param name="Deltas">(N, H*W*A, 4): from anchors to boxes, float32.</param>
/// <param name="FeatureSize">(H, W) of the level's map.</param>
internal sealed record LevelPrediction(Tensor Logits, Tensor Deltas, ImageSize FeatureSize) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Logits.Dispose();
        Deltas.Dispose();
    }
}
