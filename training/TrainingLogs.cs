using System.Text.Json;
using TorchSharp;
using TorchSharp.Modules;

namespace Streaming.Training;

/// <summary>Passes on the mean of some iterations instead of each, and everything else as it is.</summary>
/// <param name="period">How many are one.</param>
/// <param name="lastIteration">Passes on what there is after this one.</param>
/// <param name="observers">Who is told.</param>
internal sealed class AveragedTraining(int period, int lastIteration, params IReadOnlyList<ITrainingObserver> observers) : ITrainingObserver
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

/// <summary>Writes metrics.jsonl: a line for each step and each evaluation, appended to what an earlier run wrote.</summary>
internal sealed class MetricsFile : ITrainingObserver, IDisposable
{
    private readonly FileStream _file;

    /// <param name="folder">Of the run.</param>
    public MetricsFile(string folder)
    {
        _file = new FileStream(Path.Combine(folder, "metrics.jsonl"), FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    /// <inheritdoc/>
    public void OnStart(int firstIteration, IReadOnlyCollection<string> freshWeights, long seed)
    {
        Write([("iteration", firstIteration), ("seed", seed)]);
    }

    /// <inheritdoc/>
    public void OnStep(TrainingStep step)
    {
        Write([("iteration", step.Iteration), ("lr", step.LearningRate), ("total_loss", step.TotalLoss), .. step.Losses, ("time", step.Seconds), ("data_time", step.DataSeconds)]);
    }

    /// <inheritdoc/>
    public void OnCheckpoint(string path)
    {
        // The folder shows it.
    }

    /// <inheritdoc/>
    public void OnEvaluation(TrainingEvaluation evaluation)
    {
        Write([("iteration", evaluation.Iteration), .. Figures(evaluation)]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
    }

    /// <summary>"bbox/AP" and so on.</summary>
    internal static IEnumerable<(string Name, double Value)> Figures(TrainingEvaluation evaluation)
    {
        return evaluation.Boxes.Figures.Select(figure => ($"bbox/{figure.Name}", figure.Value))
            .Concat(evaluation.Masks?.Figures.Select(figure => ($"segm/{figure.Name}", figure.Value)) ?? []);
    }

    private void Write(IEnumerable<(string Name, double Value)> values)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            foreach (var (name, value) in values)
            {
                json.WriteNumber(name, value);
            }

            json.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        _file.Write(line.GetBuffer(), 0, (int)line.Length);
    }
}

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
        foreach (var (name, value) in step.Losses.Append(("total_loss", step.TotalLoss)).Append(("lr", step.LearningRate)).Append(("time", step.Seconds)))
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
