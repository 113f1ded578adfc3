using System.Globalization;
using System.Text.RegularExpressions;
using Streaming.Config.Yaml;

namespace Streaming.Config.Run;

/// <summary>
/// A mapping of the run file, read by its keys: unknown ones, wrong types and ranges become errors in the common list, and the value
/// counts as not given.
/// </summary>
internal sealed partial class RunFileSection
{
    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);
    private readonly string _file;
    private readonly string _path;
    private readonly List<string> _errors;

    /// <param name="node">The mapping; null when the file has none.</param>
    /// <param name="file">For messages.</param>
    /// <param name="path">The section's name, for messages.</param>
    /// <param name="keys">What it may hold.</param>
    /// <param name="environment">Values for ${NAME}.</param>
    /// <param name="errors">Gets what is wrong.</param>
    public RunFileSection(ConfigNode? node, string file, string path, IReadOnlyList<RunKey> keys, Func<string, string?> environment, List<string> errors)
    {
        (_file, _path, _errors, Line) = (file, path, errors, node?.Line ?? 0);
        if (node is ConfigScalar { Value: null } or null)
        {
            return;
        }

        if (node is not ConfigMap map)
        {
            Error(node.Line, path, "must be a mapping of keys");
            return;
        }

        foreach (var (name, value) in map.Entries)
        {
            if (keys.FirstOrDefault(key => key.Name == name) is not { } key)
            {
                Error(value.Line, Join(path, name), $"is not known.{NearestName.Hint(name, keys.Select(known => known.Name))}");
            }
            else if (Read(key, Substitute(value, Join(path, name), environment)) is { } read)
            {
                _values[name] = read;
            }
        }

        foreach (var missing in keys.Where(key => key.IsRequired && !map.Entries.ContainsKey(key.Name)))
        {
            Error(node.Line, Join(path, missing.Name), "is missing");
        }
    }

    /// <summary>Where it stands.</summary>
    public int Line { get; }

    public string? Text(string key)
    {
        return _values.GetValueOrDefault(key) as string;
    }

    public double? Number(string key)
    {
        return _values.TryGetValue(key, out var value) ? (double)value : null;
    }

    public int? Integer(string key)
    {
        return (int?)Number(key);
    }

    public TimeSpan? Seconds(string key)
    {
        return Number(key) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    public bool? Bool(string key)
    {
        return _values.TryGetValue(key, out var value) ? value is true : null;
    }

    public IReadOnlyList<string>? Texts(string key)
    {
        return _values.GetValueOrDefault(key) as IReadOnlyList<string>;
    }

    public T? Choice<T>(string key)
        where T : struct, Enum
    {
        return Text(key) is { } text ? Enum.Parse<T>(text.Replace("_", "", StringComparison.Ordinal), ignoreCase: true) : null;
    }

    /// <summary>A template: the usual one for true, null for false or when it is not given and not usual.</summary>
    public string? Template(string key, string usual, bool isUsual)
    {
        return _values.TryGetValue(key, out var value) ? value as string ?? (value is true ? usual : null) : isUsual ? usual : null;
    }

    /// <summary>Adds an error about a key of this section.</summary>
    public void Error(string key, string what)
    {
        Error(Line, Join(_path, key), what);
    }

    private static string Join(string path, string key)
    {
        return path.Length == 0 ? key : $"{path}.{key}";
    }

    private void Error(int line, string path, string what)
    {
        _errors.Add($"{_file}:{line}: {path}: {what.TrimEnd('.')}{(what.EndsWith('?') ? "" : ".")}");
    }

    private object? Read(RunKey key, ConfigNode? node)
    {
        switch (key.Kind, node)
        {
            case (_, null or ConfigScalar { Value: null }):
                return null;
            case (KeyKind.Text, ConfigScalar { Value: string or long or double } scalar):
                return AsText(scalar);
            case (KeyKind.Bool, ConfigScalar { Value: bool flag }):
                return flag;
            case (KeyKind.Integer, ConfigScalar { Value: long whole }) when whole >= key.Min && whole <= key.Max:
                return (double)whole;
            case (KeyKind.Number, ConfigScalar { Value: long whole }) when whole >= key.Min && whole <= key.Max:
                return (double)whole;
            case (KeyKind.Number, ConfigScalar { Value: double number }) when number >= key.Min && number <= key.Max:
                return number;
            case (KeyKind.Choice, ConfigScalar { Value: string choice }) when key.Values.Contains(choice):
                return choice;
            case (KeyKind.Texts, ConfigScalar { Value: string or long or double } scalar):
                return (IReadOnlyList<string>)[AsText(scalar)];
            case (KeyKind.Texts, ConfigList list) when list.Items.All(item => item is ConfigScalar { Value: string or long or double }):
                return (IReadOnlyList<string>)[.. list.Items.Select(item => AsText((ConfigScalar)item))];
            case (KeyKind.Template, ConfigScalar { Value: bool or string } scalar):
                return scalar.Value;
            default:
                Error(node.Line, Join(_path, key.Name), $"{node.Describe()} is not supported; supported: {Supported(key)}");
                return null;
        }
    }

    private static string AsText(ConfigScalar scalar)
    {
        return Convert.ToString(scalar.Value, CultureInfo.InvariantCulture)!;
    }

    private static string Supported(RunKey key)
    {
        return key.Kind switch
        {
            KeyKind.Bool => "true, false",
            KeyKind.Integer => string.Create(CultureInfo.InvariantCulture, $"a whole number from {key.Min} to {key.Max}"),
            KeyKind.Number => string.Create(CultureInfo.InvariantCulture, $"a number from {key.Min} to {key.Max}"),
            KeyKind.Choice => string.Join(", ", key.Values),
            KeyKind.Texts => "a text or a list of texts",
            KeyKind.Template => "a name, true, false",
            _ => "a text",
        };
    }

    /// <summary>Puts environment variables into texts: ${NAME}; $$ stands for a dollar sign.</summary>
    private ConfigNode? Substitute(ConfigNode node, string path, Func<string, string?> environment)
    {
        if (node is ConfigList list)
        {
            return list with { Items = [.. list.Items.Select(item => Substitute(item, path, environment)).OfType<ConfigNode>()] };
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

            Error(node.Line, path, $"the environment variable {name} is not set");
            isComplete = false;
            return "";
        });
        // A whole value may be a number too.
        return !isComplete ? null : new ConfigScalar(Variable().Match(text).Length == text.Length ? YamlScalars.Resolve(replaced) ?? replaced : replaced, node.Line) { IsSecret = true };
    }

    [GeneratedRegex(@"\$\$|\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();
}
