namespace Streaming.Training.Progress;

/// <summary>What happened in an iteration.</summary>
/// <param name="Iteration">Its number, from 0.</param>
/// <param name="Losses">By detectron2's names.</param>
/// <param name="LearningRate">Of the iteration.</param>
/// <param name="Seconds">It took.</param>
/// <param name="DataSeconds">Of them, waiting for pictures.</param>
internal sealed record TrainingStep(
    int Iteration, IReadOnlyList<(string Name, double Value)> Losses, double LearningRate, double Seconds, double DataSeconds)
{
    /// <summary>The sum of the losses.</summary>
    public double TotalLoss => Losses.Sum(loss => loss.Value);
}
