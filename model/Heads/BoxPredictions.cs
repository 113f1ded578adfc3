using static TorchSharp.torch;

namespace Streaming.Model.Heads;

/// <summary>What the box branch predicts for R regions, float32.</summary>
/// <param name="Logits">(R, K + 1) of the classes, the background last.</param>
/// <param name="Deltas">(R, K*4), or (R, 4) when boxes are the same for all classes: from regions to boxes.</param>
internal sealed record BoxPredictions(Tensor Logits, Tensor Deltas) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Logits.Dispose();
        Deltas.Dispose();
    }
}
