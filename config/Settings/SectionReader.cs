using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Streaming.Config.Yaml;

namespace Streaming.Config.Settings;

/// <summary>
/// Reads mappings of a run file by the settings that may stand in them: unknown keys, wrong types and ranges become errors in one
/// list, and such a value counts as not given.
/// </summary>
/// <param name="file">The file's path, for messages and relative paths.</param>
/// <param name="environment">Values for ${NAME}.</param>
/// <param name="errors">Gets what is wrong.</param>
internal sealed partial class SectionReader(string file, Func<string, string?> environment, ICollection<string> errors)
{
    private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(file))!;

    /// <summary>Reads a mapping.</summary>
    /// <param name="node">The mapping; null when the file has none.</param>
    /// <param name="path">Where it stands, for messages; empty for the top.</param>
    /// <param name="settings">What it may hold.</param>
    /// <param name="others">Keys that somebody else reads.</param>
    public SettingValues Read(ConfigNode? node, string path, IReadOnlyList<Setting> settings, IReadOnlyList<string> others)
    {
        if (node is ConfigScalar { Value: null } or null)
        {
            return SettingValues.None;
        }

        if (node is not ConfigMap map)
        {
            Error(node.Line, path, "must be a mapping of keys.");
            return SettingValues.None;
        }

        var values = ImmutableDictionary.CreateBuilder<Setting, SettingValue>();
        foreach (var (key, value) in map.Entries.Where(item => !others.Contains(item.Key)))
        {
            if (settings.FirstOrDefault(known => known.Key == key) is not { } setting)
            {
                var hint = NearestName.Hint(key, [.. others, .. settings.Select(known => known.Key)]);
                Error(value.Line, Join(path, key), $"is not known.{hint}");
            }
            else if (setting is SettingList list && value is ConfigList items)
            {
                values[setting] = ReadItems(items, Join(path, key), list);
            }
            else if (Substitute(value, Join(path, key)) is { } substituted and not ConfigScalar { Value: null }
                && setting.Read(substituted, _folder, new FileOrigin(file, value.Line, Join(path, key)), errors) is { } read)
            {
                values[setting] = read;
            }
        }

        foreach (var missing in settings.Where(setting => setting.IsRequired && !map.Entries.ContainsKey(setting.Key)))
        {
            Error(node.Line, Join(path, missing.Key), "is missing.");
        }

        return new SettingValues(values.ToImmutable());
    }

    private SettingValue ReadItems(ConfigList node, string path, SettingList list)
    {
        var items = new List<SettingValues>();
        foreach (var item in node.Items)
        {
            var itemPath = $"{path}[{items.Count}]";
            if (item is ConfigScalar { Value: null })
            {
                Error(item.Line, itemPath, "must be a mapping of keys.");
            }

            items.Add(Read(item, itemPath, list.Items, []));
        }

        return new SettingValue(items, $"a list of {items.Count}", new FileOrigin(file, node.Line, path));
    }

    private static string Join(string path, string key)
    {
        return path.Length == 0 ? key : $"{path}.{key}";
    }

    private void Error(int line, string path, string what)
    {
        errors.Add($"{file}:{line}: {path}: {what}");
    }

    /// <summary>Puts environment variables into texts: ${NAME}; $$ stands for a dollar sign.</summary>
    private ConfigNode? Substitute(ConfigNode node, string path)
    {
        if (node is ConfigList list)
        {
            return list with { Items = [.. list.Items.Select(item => Substitute(item, path)).OfType<ConfigNode>()] };
        }

        if (node is not ConfigScalar { Value: string text } || !text.Contains('$', StringComparison.Ordinal))
        {
            return node;
        }

        var isComplete = true;
        var replaced = Variable().Replace(text, match =>
        {
            if (match.Value == "$$")
            {
                return "$";
            }

            var name = match.Groups["name"].Value;
            if (environment(name) is { } value)
            {
                return value;
            }

            Error(node.Line, path, $"the environment variable {name} is not set.");
            isComplete = false;
            return "";
        });

        // A whole value may be a number too.
        var isWhole = Variable().Match(text).Length == text.Length;
        return isComplete
            ? new ConfigScalar(isWhole ? YamlScalars.Resolve(replaced) ?? replaced : replaced, node.Line) { IsSecret = true }
            : null;
    }

    [GeneratedRegex(@"\$\$|\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();
}
