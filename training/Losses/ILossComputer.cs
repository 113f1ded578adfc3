using Streaming.Model.Structures;
using Streaming.Training.Data;
using static TorchSharp.torch;

namespace Streaming.Training.Losses;

/// <summary>What a family of networks learns by.</summary>
internal interface ILossComputer
{
    /// <summary>The losses of a batch. The caller owns them.</summary>
    /// <param name="batch">(N, 3, H, W), normalised and padded.</param>
    /// <param name="images">Sizes of the N images without padding.</param>
    /// <param name="truth">What is in each.</param>
    /// <param name="subsampler">Chooses anchors, image by image, then proposals.</param>
    TrainingLosses Compute(
        Tensor batch, IReadOnlyList<ImageSize> images, IReadOnlyList<GroundTruth> truth, ISubsampler subsampler);
}
