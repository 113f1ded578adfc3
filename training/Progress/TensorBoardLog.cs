using TorchSharp;
using TorchSharp.Modules;

namespace Streaming.Training.Progress;

/// <summary>Writes event files that TensorBoard shows.</summary>
/// <param name="folder">Of the run.</param>
internal sealed class TensorBoardLog(string folder) : ITrainingObserver
{
    private readonly SummaryWriter _writer = torch.utils.tensorboard.SummaryWriter(folder, createRunName: false);

    /// <inheritdoc/>
    public void OnStart(int firstIteration, IReadOnlyCollection<string> freshWeights, long seed)
    {
        // Its graphs begin with the first step.
    }

    /// <inheritdoc/>
    public void OnStep(TrainingStep step)
    {
        (string, double)[] others = [("total_loss", step.TotalLoss), ("lr", step.LearningRate), ("time", step.Seconds)];
        foreach (var (name, value) in step.Losses.Concat(others))
        {
            _writer.add_scalar(name, (float)value, step.Iteration);
        }
    }

    /// <inheritdoc/>
    public void OnCheckpoint(string path)
    {
        // Nothing to draw.
    }

    /// <inheritdoc/>
    public void OnEvaluation(TrainingEvaluation evaluation)
    {
        foreach (var (name, value) in MetricsFile.Figures(evaluation))
        {
            _writer.add_scalar(name, (float)value, evaluation.Iteration);
        }
    }
}
