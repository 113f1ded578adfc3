using System.Globalization;
using Streaming.Training.Progress;

namespace Streaming.Cli.Display;

/// <summary>Shows how training goes, a line now and then.</summary>
/// <param name="terminal">Where.</param>
/// <param name="iterations">In all.</param>
internal sealed class TrainingDisplay(Terminal terminal, int iterations) : ITrainingObserver
{
    public void OnStart(int firstIteration, IReadOnlyCollection<string> freshWeights, long seed)
    {
        terminal.Info(string.Create(
            CultureInfo.InvariantCulture,
            $"{(firstIteration == 0 ? "Training" : $"Going on at iteration {firstIteration}")}, seed {seed}"));
        if (freshWeights.Count > 0)
        {
            var more = freshWeights.Count > 8 ? $" and {freshWeights.Count - 8} more" : "";
            terminal.Info($"Not in the checkpoint, begun anew: {string.Join(", ", freshWeights.Take(8))}{more}");
        }
    }

    public void OnStep(TrainingStep step)
    {
        var left = TimeSpan.FromSeconds((iterations - 1 - step.Iteration) * step.Seconds);
        var losses = string.Join(
            "  ", step.Losses.Select(loss => string.Create(CultureInfo.InvariantCulture, $"{loss.Name} {loss.Value:0.0000}")));
        terminal.Info(string.Create(
            CultureInfo.InvariantCulture,
            $"eta {(int)left.TotalHours}:{left:mm\\:ss}  iter {step.Iteration + 1}/{iterations}  total_loss "
                + $"{step.TotalLoss:0.0000}  {losses}  time {step.Seconds:0.000}  data_time {step.DataSeconds:0.000}  lr "
                + $"{step.LearningRate:0.#####}"));
    }

    public void OnCheckpoint(string path)
    {
        terminal.Info($"Checkpoint {path}");
    }

    public void OnEvaluation(TrainingEvaluation evaluation)
    {
        var masks = evaluation.Masks is { } figures
            ? string.Create(CultureInfo.InvariantCulture, $", mask AP {100 * figures.AP:0.00} (AP50 {100 * figures.AP50:0.00})")
            : "";
        terminal.Info(string.Create(
            CultureInfo.InvariantCulture, $"Evaluation at {evaluation.Iteration}: box AP {100 * evaluation.Boxes.AP:0.00} "
                + $"(AP50 {100 * evaluation.Boxes.AP50:0.00}){masks}"));
    }
}
