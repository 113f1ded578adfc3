using static TorchSharp.torch;

namespace Streaming.Training.Losses;

/// <summary>The losses of a batch.</summary>
/// <param name="All">Scalars that can be differentiated, by detectron2's names.</param>
internal sealed record TrainingLosses(IReadOnlyList<(string Name, Tensor Value)> All);
