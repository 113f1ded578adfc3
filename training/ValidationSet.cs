using Streaming.Training.Evaluation;

namespace Streaming.Training;

/// <summary>Pictures that are not learnt from.</summary>
/// <param name="Dataset">Their truth.</param>
/// <param name="Folder">Where they are.</param>
internal sealed record ValidationSet(CocoDataset Dataset, string Folder);
