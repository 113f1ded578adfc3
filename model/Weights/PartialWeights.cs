using static TorchSharp.torch;

namespace Streaming.Model.Weights;

/// <summary>
/// Fills a network that shall learn from a checkpoint that need not have everything: a backbone only, or heads for other
/// classes.
/// </summary>
internal static class PartialWeights
{
    /// <summary>The layers whose shape depends on the classes.</summary>
    private static readonly string[] ClassLayers = ["roi_heads.box_predictor.", "roi_heads.mask_head.predictor."];

    /// <summary>Fills what the checkpoint has.</summary>
    /// <param name="network">Keeps its numbers where the checkpoint has none.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="path">Its file, for messages.</param>
    /// <param name="isForNewClasses">Whether the layers that depend on the classes start anew where their shapes differ.</param>
    /// <returns>The tensors that were not filled.</returns>
    /// <exception cref="ModelLoadException">Nothing fits, or shapes differ that may not.</exception>
    public static IReadOnlySet<string> Load(nn.Module network, Checkpoint checkpoint, string path, bool isForNewClasses)
    {
        if (OtherPrograms.Refusal(checkpoint.Tensors.Keys) is { } refusal)
        {
            throw new ModelLoadException($"{path}: {refusal}");
        }

        var state = network.state_dict();
        var (matches, _) = CheckpointNames.Match(state.Keys, checkpoint);
        string[] differing =
        [
            .. matches
                .Where(match => !checkpoint.Tensors[match.Value].Shape.SequenceEqual(state[match.Key].shape))
                .Select(match => match.Key),
        ];
        if (differing.Where(name => !IsOfClasses(name)).ToArray() is { Length: > 0 } wrong)
        {
            throw new ModelLoadException(
                $"{path}: is of another architecture: {wrong.Length} arrays have other shapes, "
                + $"the first is {Describe(wrong[0])}. Train with the configuration that it belongs to.");
        }

        if (differing.Length > 0 && !isForNewClasses)
        {
            throw new ModelLoadException(
                $"{path}: was trained with another number of classes: {Describe(differing[0])}. "
                + "Set MODEL.ROI_HEADS.NUM_CLASSES, or train for new classes, which begins these layers anew.");
        }

        string[] filled = [.. matches.Keys.Except(differing)];
        if (filled.Length == 0)
        {
            throw new ModelLoadException($"{path}: none of its {checkpoint.Tensors.Count} arrays belongs to the model.");
        }

        using var guard = no_grad();
        foreach (var name in filled)
        {
            WeightsLoader.Fill(state[name], checkpoint.Tensors[matches[name]].ReadFloats);
        }

        return state.Keys.Except(filled).ToHashSet();

        string Describe(string name)
        {
            return $"{name} is {checkpoint.Tensors[matches[name]].ShapeText}, "
                + $"the model has {CheckpointTensor.Describe(state[name].shape)}";
        }
    }

    private static bool IsOfClasses(string name)
    {
        return ClassLayers.Any(layer => name.StartsWith(layer, StringComparison.Ordinal));
    }
}
