using System.Text.Json;

namespace Streaming.Training.Progress;

/// <summary>Writes metrics.jsonl: a line for each step and each evaluation, appended to what an earlier run wrote.</summary>
internal sealed class MetricsFile : ITrainingObserver, IDisposable
{
    private readonly FileStream _file;

    /// <param name="folder">Of the run.</param>
    public MetricsFile(string folder)
    {
        _file = new FileStream(
            Path.Combine(folder, "metrics.jsonl"), FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    /// <inheritdoc/>
    public void OnStart(int firstIteration, IReadOnlyCollection<string> freshWeights, long seed)
    {
        Write([("iteration", firstIteration), ("seed", seed)]);
    }

    /// <inheritdoc/>
    public void OnStep(TrainingStep step)
    {
        Write([
            ("iteration", step.Iteration),
            ("lr", step.LearningRate),
            ("total_loss", step.TotalLoss),
            .. step.Losses,
            ("time", step.Seconds),
            ("data_time", step.DataSeconds),
        ]);
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
