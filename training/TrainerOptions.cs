using Streaming.Model;
using Streaming.Training.Evaluation;

namespace Streaming.Training;

/// <summary>How a network is trained, beyond what the configuration says.</summary>
internal sealed record TrainerOptions
{
    /// <summary>Where checkpoints and logs go.</summary>
    public required string Folder { get; init; }

    /// <summary>A checkpoint to begin with; null draws all weights.</summary>
    public WeightsSource? Weights { get; init; }

    /// <summary>Whether the layers that depend on the classes begin anew where the checkpoint's have another shape.</summary>
    public bool IsForNewClasses { get; init; }

    /// <summary>Whether the folder's last checkpoint is gone on from.</summary>
    public bool Resumes { get; init; }

    /// <summary>Pictures to evaluate on, or null.</summary>
    public ValidationSet? Validation { get; init; }

    /// <summary>Device and threads.</summary>
    public DetectorOptions Device { get; init; } = new();
}

/// <summary>Pictures that are not learnt from.</summary>
/// <param name="Dataset">Their truth.</param>
/// <param name="Folder">Where they are.</param>
internal sealed record ValidationSet(CocoDataset Dataset, string Folder);

/// <summary>What happened in an iteration.</summary>
/// <param name="Iteration">Its number, from 0.</param>
/// <param name="Losses">By detectron2's names.</param>
/// <param name="LearningRate">Of the iteration.</param>
/// <param name="Seconds">It took.</param>
/// <param name="DataSeconds">Of them, waiting for pictures.</param>
internal sealed record TrainingStep(int Iteration, IReadOnlyList<(string Name, double Value)> Losses, double LearningRate, double Seconds, double DataSeconds)
{
    /// <summary>The sum of the losses.</summary>
    public double TotalLoss => Losses.Sum(loss => loss.Value);
}

/// <summary>What an evaluation found.</summary>
/// <param name="Iteration">Iterations done by then.</param>
/// <param name="Boxes">COCO's figures for boxes.</param>
/// <param name="Masks">And for masks, or null.</param>
internal sealed record TrainingEvaluation(int Iteration, CocoSummary Boxes, CocoSummary? Masks);

/// <summary>Is told how training goes. Called on the training thread.</summary>
internal interface ITrainingObserver
{
    /// <summary>Training begins or goes on.</summary>
    /// <param name="firstIteration">Its number, from 0.</param>
    /// <param name="freshWeights">Tensors that no checkpoint filled.</param>
    /// <param name="seed">Chance's; the same seed repeats a run.</param>
    void OnStart(int firstIteration, IReadOnlyCollection<string> freshWeights, long seed);

    /// <summary>An iteration is over.</summary>
    /// <param name="step">What happened.</param>
    void OnStep(TrainingStep step);

    /// <summary>A checkpoint was written.</summary>
    /// <param name="path">Its weights.</param>
    void OnCheckpoint(string path);

    /// <summary>An evaluation is over.</summary>
    /// <param name="evaluation">Its figures.</param>
    void OnEvaluation(TrainingEvaluation evaluation);
}

/// <summary>Training cannot go on.</summary>
/// <param name="message">Why, and what to do.</param>
internal sealed class TrainingException(string message) : Exception(message);
