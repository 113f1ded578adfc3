namespace Streaming.Training.Progress;

/// <summary>Passes on the mean of several iterations instead of each one, and everything else unchanged.</summary>
/// <param name="period">How many iterations are averaged.</param>
/// <param name="lastIteration">After this one the rest is passed on, however many they are.</param>
/// <param name="observers">Who is told.</param>
internal sealed class AveragedTraining(int period, int lastIteration, params IReadOnlyList<ITrainingObserver> observers)
    : ITrainingObserver
{
    private readonly List<TrainingStep> _steps = [];

    /// <inheritdoc/>
    public void OnStart(int firstIteration, IReadOnlyCollection<string> freshWeights, long seed)
    {
        ForEach(observer => observer.OnStart(firstIteration, freshWeights, seed));
    }

    /// <inheritdoc/>
    public void OnStep(TrainingStep step)
    {
        _steps.Add(step);
        if (_steps.Count == period || step.Iteration == lastIteration)
        {
            var mean = new TrainingStep(
                step.Iteration,
                [.. step.Losses.Select((loss, i) => (loss.Name, _steps.Average(one => one.Losses[i].Value)))],
                step.LearningRate,
                _steps.Average(one => one.Seconds),
                _steps.Average(one => one.DataSeconds));
            _steps.Clear();
            ForEach(observer => observer.OnStep(mean));
        }
    }

    /// <inheritdoc/>
    public void OnCheckpoint(string path)
    {
        ForEach(observer => observer.OnCheckpoint(path));
    }

    /// <inheritdoc/>
    public void OnEvaluation(TrainingEvaluation evaluation)
    {
        ForEach(observer => observer.OnEvaluation(evaluation));
    }

    private void ForEach(Action<ITrainingObserver> tell)
    {
        foreach (var observer in observers)
        {
            tell(observer);
        }
    }
}
