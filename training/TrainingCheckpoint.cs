using System.Globalization;
using Streaming.Model;
using Streaming.Model.Weights;
using Streaming.Training.Solver;
using static TorchSharp.torch;

namespace Streaming.Training;

/// <summary>
/// The files of a training run. Weights are checkpoints like any other; beside the latest one lies what is needed to go on.
/// "last_checkpoint" names it, as in detectron2. Every file appears whole or not at all, and the name last.
/// </summary>
/// <param name="folder">Of the run.</param>
internal sealed class TrainingCheckpoint(string folder)
{
    private const string LatestName = "last_checkpoint";
    private const string MomentumPrefix = "momentum.";

    /// <summary>Where the next iteration, the seed and the data set's size stand in the state's notes.</summary>
    private static readonly string[] Keys = ["iteration", "seed", "pictures"];

    /// <summary>What a run needs to go on, besides weights and momentum.</summary>
    /// <param name="Iteration">The next one.</param>
    /// <param name="Seed">Of the run.</param>
    /// <param name="Pictures">The data set's size.</param>
    public sealed record State(int Iteration, long Seed, int Pictures);

    /// <summary>The weights of the latest checkpoint, or null.</summary>
    public string? Latest => File.Exists(LatestFile) ? Path.Combine(folder, File.ReadAllText(LatestFile).Trim()) : null;

    private string LatestFile => Path.Combine(folder, LatestName);

    /// <summary>Writes a checkpoint and returns the path of the weights.</summary>
    /// <param name="network">Its weights.</param>
    /// <param name="solver">Its momentum.</param>
    /// <param name="state">Where training stands.</param>
    /// <param name="isFinal">Whether training is over.</param>
    /// <param name="notes">What else the weights' file shall say.</param>
    public string Save(nn.Module network, Sgd solver, State state, bool isFinal, IReadOnlyDictionary<string, string> notes)
    {
        var name = isFinal
            ? "model_final.safetensors"
            : string.Create(CultureInfo.InvariantCulture, $"model_{state.Iteration - 1:d7}.safetensors");
        var path = Path.Combine(folder, name);
        WeightsFiles.Save(network.state_dict(), path, notes);
        var standing = Keys.Zip([state.Iteration, state.Seed, (long)state.Pictures]).ToDictionary(
            item => item.First, item => item.Second.ToString(CultureInfo.InvariantCulture));
        WeightsFiles.Save(
            solver.Momentum.ToDictionary(item => MomentumPrefix + item.Key, item => item.Value), StateFile(path), standing);
        var partial = $"{LatestFile}.partial";
        File.WriteAllText(partial, name);
        File.Move(partial, LatestFile, overwrite: true);
        foreach (var old in Directory.EnumerateFiles(folder, "*.state").Where(old => old != StateFile(path)))
        {
            File.Delete(old);
        }

        return path;
    }

    /// <summary>Fills network and solver from the latest checkpoint.</summary>
    /// <exception cref="ModelLoadException">There is none, or it does not fit.</exception>
    public State Load(nn.Module network, Sgd solver)
    {
        var path = Latest
            ?? throw new ModelLoadException($"{folder}: has no checkpoint to go on from ({LatestName}); start a new run.");
        using (var weights = CheckpointReader.Open(path))
        {
            WeightsLoader.Load(network, weights, path);
        }

        using var state = CheckpointReader.Open(StateFile(path));
        foreach (var (name, values) in state.Tensors)
        {
            var numbers = new float[values.Count];
            values.ReadFloats(numbers);
            solver.Restore(name[MomentumPrefix.Length..], numbers);
        }

        long[] notes = [.. Keys.Select(Note)];
        return new State((int)notes[0], notes[1], (int)notes[2]);

        long Note(string key)
        {
            return long.TryParse(state.Notes.GetValueOrDefault(key), CultureInfo.InvariantCulture, out var value)
                ? value
                : throw new ModelLoadException(
                    $"{StateFile(path)}: lacks '{key}': it is no state of a training run. Start a new run.");
        }
    }

    private static string StateFile(string weights)
    {
        return Path.ChangeExtension(weights, ".state");
    }
}
