using Streaming.Config.Yaml;

namespace Streaming.Config.Detectron;

/// <summary>
/// detectron2's full tree of keys with values: the defaults, and over them what the user's files say. Checks each key
/// and its type as it is merged; collects the errors instead of throwing.
/// </summary>
internal sealed class ConfigTree
{
    /// <summary>The origin of a value that no file has set.</summary>
    public const string Default = "default";

    private readonly Dictionary<string, Entry> _leaves = new(StringComparer.Ordinal);
    private readonly HashSet<string> _groups = new(StringComparer.Ordinal);

    /// <summary>A leaf's value and where it was set (<see cref="Default"/> when no file did).</summary>
    public sealed record Entry(ConfigNode Value, string Origin);

    /// <summary>Every error found so far.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>What is worth telling about keys that are supported, but not as a user may expect.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>All leaves by dotted key.</summary>
    public IReadOnlyDictionary<string, Entry> Leaves => _leaves;

    /// <summary>The tree of detectron2's defaults.</summary>
    public static ConfigTree Defaults()
    {
        using var stream = typeof(ConfigTree).Assembly.GetManifestResourceStream("defaults.yaml")!;
        using var reader = new StreamReader(stream);
        var tree = new ConfigTree();
        tree.Add("", (ConfigMap)YamlReader.Read(reader.ReadToEnd(), "defaults.yaml"));
        return tree;
    }

    /// <summary>Merges a file's values over the present ones.</summary>
    public void Merge(ConfigFile.Layer layer)
    {
        Merge("", layer.Values, layer.Name);
    }

    /// <summary>Sets one key from text, as detectron2's command line does: the text may be a Python literal.</summary>
    public void Set(string key, string text, string origin)
    {
        SetAny(key, new ConfigScalar(YamlScalars.Resolve(text), 0), origin);
    }

    /// <summary>"file:line: KEY: value is not supported; what is." with the key's present value and its origin.</summary>
    public string Describe(string key, string supported)
    {
        return $"{Place(key)}: {_leaves[key].Value.Describe()} is not supported; {supported}.";
    }

    /// <summary>"file:line: KEY", or the key alone where no file has set it.</summary>
    public string Place(string key)
    {
        var origin = _leaves[key].Origin;
        return origin == Default ? key : $"{origin}: {key}";
    }

    private void Add(string prefix, ConfigMap map)
    {
        foreach (var (name, node) in map.Entries)
        {
            if (node is ConfigMap group)
            {
                _groups.Add(prefix + name);
                Add($"{prefix}{name}.", group);
            }
            else
            {
                _leaves[prefix + name] = new Entry(node, Default);
            }
        }
    }

    private void Merge(string prefix, ConfigMap map, string file)
    {
        foreach (var (name, node) in map.Entries)
        {
            SetAny(prefix + name, node, node.Line > 0 ? $"{file}:{node.Line}" : file);
            if (_groups.Contains(prefix + name) && node is ConfigMap group)
            {
                Merge($"{prefix}{name}.", group, file);
            }
        }
    }

    private void SetAny(string key, ConfigNode node, string origin)
    {
        if (FindForeign(node) is { } foreign)
        {
            Errors.Add($"{origin}: {key}: the YAML tag '{foreign.Tag}' is not supported; only plain values are.");
        }
        else if (_groups.Contains(key))
        {
            if (node is not ConfigMap)
            {
                Errors.Add($"{origin}: {key}: {node.Describe()} stands where a group of keys is expected.");
            }
        }
        else if (!_leaves.TryGetValue(key, out var present))
        {
            Errors.Add($"{origin}: {key}: unknown key.{NearestName.Hint(key, _leaves.Keys.Concat(_groups))}");
        }
        else
        {
            var value = Literals(node);
            if (Coerce(present.Value, value) is { } coerced)
            {
                _leaves[key] = new Entry(coerced, origin);
            }
            else
            {
                var shouldBe = $"{Kind(present.Value)}, as the default {present.Value.Describe()} is";
                Errors.Add($"{origin}: {key}: {node.Describe()} is not {shouldBe}.");
            }
        }
    }

    /// <summary>
    /// A value or one of a list's items that stands for a Python object; those of groups are found with their keys.
    /// </summary>
    private static ConfigForeign? FindForeign(ConfigNode node)
    {
        return node switch
        {
            ConfigForeign foreign => foreign,
            ConfigList list => list.Items.Select(FindForeign).FirstOrDefault(found => found is not null),
            _ => null,
        };
    }

    /// <summary>Text values are evaluated as Python literals where they are such, inside lists too.</summary>
    private static ConfigNode Literals(ConfigNode node)
    {
        return node switch
        {
            ConfigScalar { Value: string text } => PythonLiteral.TryRead(text, node.Line) ?? node,
            ConfigList list => list with { Items = [.. list.Items.Select(Literals)] },
            _ => node,
        };
    }

    /// <summary>The value in the default's type, or null when it does not fit. A whole number may stand for a float.</summary>
    private static ConfigNode? Coerce(ConfigNode present, ConfigNode value)
    {
        return (present, value) switch
        {
            (ConfigList, ConfigList) => value,
            (ConfigScalar { Value: null }, ConfigScalar) => value,
            (ConfigScalar { Value: double }, ConfigScalar { Value: long whole }) => new ConfigScalar((double)whole, value.Line),
            (ConfigScalar { Value: string }, ConfigScalar { Value: null }) => new ConfigScalar("", value.Line),
            (ConfigScalar a, ConfigScalar b) when a.Value?.GetType() == b.Value?.GetType() => value,
            _ => null,
        };
    }

    private static string Kind(ConfigNode node)
    {
        return node switch
        {
            ConfigList => "a list",
            ConfigScalar { Value: bool } => "true or false",
            ConfigScalar { Value: long } => "a whole number",
            ConfigScalar { Value: double } => "a number",
            _ => "text",
        };
    }
}
