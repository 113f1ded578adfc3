using System.Text.RegularExpressions;

namespace Streaming.Model.Weights;

/// <summary>Finds for each name of the model the array of a checkpoint that belongs there.</summary>
internal static partial class CheckpointNames
{
    /// <summary>What torch's DataParallel puts before every name; detectron2 takes it off when all names have it.</summary>
    private const string Wrapper = "module.";

    /// <summary>
    /// The checkpoint's names by the model's names, and the checkpoint's names that none of the model's takes.
    /// </summary>
    public static (Dictionary<string, string> Matches, List<string> Unused) Match(
        IEnumerable<string> modelNames, Checkpoint checkpoint)
    {
        var matches = new Dictionary<string, string>(StringComparer.Ordinal);
        var prefix = checkpoint.Tensors.Keys.All(name => name.StartsWith(Wrapper, StringComparison.Ordinal)) ? Wrapper.Length : 0;
        var byName = checkpoint.Tensors.Keys
            .GroupBy(name => checkpoint.IsCaffe2 ? FromCaffe2(name) : name[prefix..])
            .ToDictionary(group => group.Key, group => group.First());
        foreach (var modelName in modelNames)
        {
            if (byName.TryGetValue(modelName, out var exact))
            {
                matches[modelName] = exact;
            }
            else if (checkpoint.MatchBySuffix && LongestSuffix(modelName, byName) is { } suffix)
            {
                matches[modelName] = suffix;
            }
        }

        var used = matches.Values.ToHashSet();
        return (matches, [.. checkpoint.Tensors.Keys.Where(name => !used.Contains(name) && !IsIgnored(name))]);
    }

    /// <summary>
    /// Caffe2's name in detectron2's words, for example "res2_0_branch2a_bn_s" as "res2.0.conv1.norm.weight": what
    /// detectron2's convert_basic_c2_names does for a residual network.
    /// </summary>
    public static string FromCaffe2(string name)
    {
        var converted = name.Replace('_', '.');
        converted = LastPart().Replace(converted, match => match.Value switch
        {
            ".w" => ".weight",
            ".b" => ".bias",
            _ => match.Value,
        });
        converted = Norm().Replace(converted, match => match.Groups[1].Value switch
        {
            "s" or "gamma" => "norm.weight",
            "bias" or "beta" => "norm.bias",
            "rm" or "running.mean" => "norm.running_mean",
            _ => "norm.running_var",
        });
        converted = Stem().Replace(converted, "stem.conv1.");
        return converted
            .Replace(".branch1.", ".shortcut.", StringComparison.Ordinal)
            .Replace(".branch2a.", ".conv1.", StringComparison.Ordinal)
            .Replace(".branch2b.", ".conv2.", StringComparison.Ordinal)
            .Replace(".branch2c.", ".conv3.", StringComparison.Ordinal);
    }

    /// <summary>Constants that older files carry and detectron2 ignores too.</summary>
    private static bool IsIgnored(string name)
    {
        return name is "pixel_mean" or "pixel_std"
            || name.Contains("anchor_generator.cell_anchors", StringComparison.Ordinal)
            || name.EndsWith(".num_batches_tracked", StringComparison.Ordinal);
    }

    /// <summary>
    /// The longest name that the model's name ends with, at a dot: "res2.0.conv1.weight" for
    /// "backbone.bottom_up.res2.0.conv1.weight".
    /// </summary>
    private static string? LongestSuffix(string modelName, Dictionary<string, string> byName)
    {
        for (var dot = modelName.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = modelName.IndexOf('.', dot + 1))
        {
            if (byName.TryGetValue(modelName[(dot + 1)..], out var found))
            {
                return found;
            }
        }

        return null;
    }

    [GeneratedRegex(@"\.[wb]$", RegexOptions.CultureInvariant)]
    private static partial Regex LastPart();

    [GeneratedRegex(@"bn\.(s|gamma|bias|beta|rm|riv|running\.mean|running\.var)$", RegexOptions.CultureInvariant)]
    private static partial Regex Norm();

    [GeneratedRegex(@"^(res\.conv1\.(?=norm\.)|conv1\.)", RegexOptions.CultureInvariant)]
    private static partial Regex Stem();
}
