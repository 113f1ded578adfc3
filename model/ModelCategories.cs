using Streaming.Config;
using Streaming.Config.Detectron;
using Streaming.Config.Zoo;
using Streaming.Model.Weights;

namespace Streaming.Model;

/// <summary>The names of the classes that a model detects. A detection's class is an index into them.</summary>
internal static class ModelCategories
{
    /// <summary>
    /// The names that belong to the weights: those that the checkpoint holds (what 'streaming train' has written holds them),
    /// otherwise COCO's if the model has as many classes, otherwise "class-0", "class-1" and so on.
    /// </summary>
    /// <param name="config">The architecture, which says how many classes there are.</param>
    /// <param name="weights">Where the weights come from.</param>
    /// <returns>As many as MODEL.ROI_HEADS.NUM_CLASSES, in the model's order.</returns>
    /// <exception cref="ModelLoadException">The checkpoint cannot be read.</exception>
    public static IReadOnlyList<Category> For(ModelConfig config, WeightsSource weights)
    {
        var count = config.RoiHeads.NumClasses;
        if (weights.Path is { } path && WeightsFiles.ReadClasses(path) is { } names && names.Count == count)
        {
            return Number(names);
        }

        return count == CocoClasses.All.Count
            ? CocoClasses.All
            : Number([.. Enumerable.Range(0, count).Select(index => $"class-{index}")]);
    }

    /// <summary>The names in a text file, a line each; empty lines are skipped.</summary>
    /// <param name="config">The architecture, which says how many classes there are.</param>
    /// <param name="path">The file.</param>
    /// <returns>As many as MODEL.ROI_HEADS.NUM_CLASSES, in the order of the file.</returns>
    /// <exception cref="ConfigurationException">The file cannot be read, or holds another number of names.</exception>
    public static IReadOnlyList<Category> FromFile(ModelConfig config, string path)
    {
        string[] names;
        try
        {
            names = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path}: cannot be read: {exception.Message}");
        }

        var count = config.RoiHeads.NumClasses;
        return names.Length == count
            ? Number(names)
            : throw new ConfigurationException(
                $"{path}: holds {names.Length} names; the configuration has MODEL.ROI_HEADS.NUM_CLASSES {count}.");
    }

    private static IReadOnlyList<Category> Number(IReadOnlyList<string> names)
    {
        return [.. names.Select((name, index) => new Category(index, name))];
    }
}
