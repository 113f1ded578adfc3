using Streaming.Training.Evaluation;

namespace Streaming.Training.Progress;

/// <summary>What an evaluation found.</summary>
/// <param name="Iteration">Iterations done by then.</param>
/// <param name="Boxes">COCO's figures for boxes.</param>
/// <param name="Masks">And for masks, or null.</param>
internal sealed record TrainingEvaluation(int Iteration, CocoSummary Boxes, CocoSummary? Masks);
