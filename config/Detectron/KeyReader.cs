using System.Globalization;
using Streaming.Config.Yaml;

namespace Streaming.Config.Detectron;

/// <summary>
/// Reads typed values from a tree and checks their ranges; collects errors and returns a harmless value instead.
/// </summary>
internal sealed class KeyReader(ConfigTree tree)
{
    /// <summary>
    /// Keys that were read: they describe the model. What is left belongs to training or to other architectures.
    /// </summary>
    public HashSet<string> Read { get; } = new(StringComparer.Ordinal);

    public bool Bool(string key)
    {
        return Scalar(key) is true;
    }

    public string Text(string key)
    {
        return Scalar(key) as string ?? "";
    }

    public int Int(string key, int min, int max = int.MaxValue)
    {
        var value = Scalar(key) is long whole ? whole : min;
        if (value < min || value > max)
        {
            Error(key, max == int.MaxValue ? $"supported: {min} or more" : $"supported: {min} to {max}");
        }

        return (int)Math.Clamp(value, min, max);
    }

    public double Number(string key, double min, double max)
    {
        var value = Scalar(key) switch { double number => number, long whole => whole, _ => min };
        if (!(value >= min && value <= max))
        {
            Error(key, string.Create(CultureInfo.InvariantCulture, $"supported: {min} to {max}"));
            return min;
        }

        return value;
    }

    /// <summary>The text, which must be one of <paramref name="supported"/>.</summary>
    public string OneOf(string key, params string[] supported)
    {
        var value = Text(key);
        if (!supported.Contains(value))
        {
            Error(key, $"supported: {string.Join(", ", supported.Select(s => s.Length == 0 ? "\"\"" : s))}");
            return supported[0];
        }

        return value;
    }

    public int OneOf(string key, params int[] supported)
    {
        var value = (int)Math.Clamp(Scalar(key) is long whole ? whole : 0, int.MinValue, int.MaxValue);
        if (!supported.Contains(value))
        {
            Error(key, $"supported: {string.Join(", ", supported)}");
            return supported[0];
        }

        return value;
    }

    public void MustBe(string key, bool value)
    {
        if (Bool(key) != value)
        {
            Error(key, $"supported: {(value ? "true" : "false")}");
        }
    }

    public IReadOnlyList<double> Numbers(string key, int count)
    {
        var items = (Node(key) as ConfigList)?.Items ?? [];
        var values = items.Select(AsNumber).ToArray();
        if (values.Length != count || values.Any(value => value is null || !double.IsFinite(value.Value)))
        {
            Error(key, $"supported: a list of {count} numbers");
            return Enumerable.Repeat(1.0, count).ToArray();
        }

        return [.. values.Select(value => value!.Value)];
    }

    /// <summary>Numbers, at least <paramref name="atLeast"/>.</summary>
    public IReadOnlyList<double> NumberList(string key, int atLeast)
    {
        var values = ((Node(key) as ConfigList)?.Items ?? []).Select(AsNumber).ToArray();
        if (values.Length < atLeast || values.Any(value => value is null || !double.IsFinite(value.Value)))
        {
            Error(key, $"supported: a list of {atLeast} numbers or more");
            return [.. Enumerable.Repeat(1.0, atLeast)];
        }

        return [.. values.Select(value => value!.Value)];
    }

    public IReadOnlyList<IReadOnlyList<double>> PositiveNumberLists(string key)
    {
        var lists = ((Node(key) as ConfigList)?.Items ?? [])
            .Select(item => ((item as ConfigList)?.Items ?? []).Select(AsNumber).ToArray())
            .ToArray();
        if (lists.Length == 0
            || lists.Any(list => list.Length == 0 || !list.All(value => value > 0 && double.IsFinite(value.Value))))
        {
            Error(key, "supported: a list of lists of positive numbers, one list for all levels or one for each");
            return [[1.0]];
        }

        return [.. lists.Select(list => (IReadOnlyList<double>)[.. list.Select(value => value!.Value)])];
    }

    public IReadOnlyList<string> Names(string key)
    {
        var items = (Node(key) as ConfigList)?.Items ?? [];
        return [.. items.Select(item => (item as ConfigScalar)?.Value as string ?? item.Describe())];
    }

    public ConfigNode Node(string key)
    {
        Read.Add(key);
        return tree.Leaves[key].Value;
    }

    /// <summary>Adds "file:line: KEY: value is not supported; <paramref name="supported"/>."</summary>
    public void Error(string key, string supported)
    {
        tree.Errors.Add(tree.Describe(key, supported));
    }

    /// <summary>Adds a note "file:line: KEY: <paramref name="what"/>."</summary>
    public void Note(string key, string what)
    {
        tree.Notes.Add($"{tree.Place(key)}: {what}.");
    }

    /// <summary>The norm behind a layer's convolutions, or null for none.</summary>
    public NormKind? Norm(string key)
    {
        return Text(key).Length == 0 ? null : RequiredNorm(key);
    }

    /// <summary>The norm behind a layer's convolutions.</summary>
    public NormKind RequiredNorm(string key)
    {
        var name = Text(key);
        if (NormNames.All.Contains(name))
        {
            return NormNames.Parse(name);
        }

        Error(key, $"supported: {NormNames.Supported}");
        return NormKind.FrozenBN;
    }

    /// <summary>Channels of consecutive layers; -1 stands for as many as come in.</summary>
    public IReadOnlyList<int> Channels(string key, int channels, int max)
    {
        var values = new List<int>();
        foreach (var item in (Node(key) as ConfigList)?.Items ?? [])
        {
            if ((item as ConfigScalar)?.Value is not long value || (value != -1 && (value < 1 || value > max)))
            {
                values.Clear();
                break;
            }

            values.Add(channels = value == -1 ? channels : (int)value);
        }

        if (values.Count == 0)
        {
            Error(key, $"supported: a list of numbers of channels, each 1 to {max}, or -1 for as many as come in");
        }

        return values;
    }

    private object? Scalar(string key)
    {
        return (Node(key) as ConfigScalar)?.Value;
    }

    private static double? AsNumber(ConfigNode node)
    {
        return (node as ConfigScalar)?.Value switch { double number => number, long whole => whole, _ => null };
    }
}
