namespace Streaming.Training.Progress;

/// <summary>Follows a training run. Called on the training thread.</summary>
internal interface ITrainingObserver
{
    /// <summary>Training starts, or resumes.</summary>
    /// <param name="firstIteration">The first iteration's number, from 0.</param>
    /// <param name="freshWeights">Tensors that no checkpoint filled.</param>
    /// <param name="seed">The seed of everything random; the same seed repeats a run.</param>
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
