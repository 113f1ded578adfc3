using Streaming.Config.Settings;
using Streaming.Config.Yaml;

namespace Streaming.Config.Run;

/// <summary>Reads run files: YAML with the keys of a table of settings. Relative paths in it are relative to the file.</summary>
/// <param name="table">The settings.</param>
/// <param name="environment">Values for ${NAME}; the process's environment as a rule.</param>
internal sealed class RunFile(SettingsTable table, Func<string, string?> environment)
{
    private static readonly Dictionary<string, ConfigNode> Nothing = [];

    /// <summary>Whether a file without sources is right: they come later.</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>Whether an input of the command line is a run file.</summary>
    /// <param name="path">What the user wrote.</param>
    public static bool IsRunFile(string path)
    {
        return Path.GetExtension(path).ToLowerInvariant() is ".yaml" or ".yml";
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ConfigurationException">It cannot be read at all, or is no YAML.</exception>
    public RunRequest Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path}: cannot be read: {exception.Message}");
        }

        return Parse(text, path);
    }

    /// <summary>Reads the text of a file.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="path">The file's path, for messages and relative paths.</param>
    /// <exception cref="ConfigurationException">It is no YAML, or no mapping.</exception>
    public RunRequest Parse(string text, string path)
    {
        if ((MayBeEmpty && IsEmpty(text) ? new ConfigMap(Nothing, 0) : YamlReader.Read(text, path)) is not ConfigMap map)
        {
            throw new ConfigurationException($"{path}: a run file is a mapping with the key 'sources'.");
        }

        var errors = new List<string>();
        var reader = new SectionReader(path, environment, errors);
        string[] groups =
        [
            .. table.Sections.Select(section => section.Name).Where(name => name.Length > 0),
            .. table.Sections.Select(section => section.Defaults).OfType<string>(),
        ];
        var values = SettingValues.None;
        IReadOnlyList<SettingValues> sources = [];
        foreach (var section in table.Sections)
        {
            var node = section.Name.Length == 0 ? map : map.Entries.GetValueOrDefault(section.Name);
            if (section.Defaults is { } defaults)
            {
                sources = ReadList(reader, node, map.Entries.GetValueOrDefault(defaults), section, path, errors);
            }
            else
            {
                values = reader.Read(node, section.Name, section.Settings, node == map ? groups : []).Over(values);
            }
        }

        return new RunRequest(values, sources, errors);
    }

    /// <summary>Whether there is nothing but comments.</summary>
    private static bool IsEmpty(string text)
    {
        return text.Split('\n').All(line => line.AsSpan().TrimStart() is [] or ['#', ..]);
    }

    private IReadOnlyList<SettingValues> ReadList(
        SectionReader reader, ConfigNode? node, ConfigNode? defaults, SettingsSection section, string path, List<string> errors)
    {
        if (MayBeEmpty && node is null or ConfigScalar { Value: null } or ConfigList { Items.Count: 0 })
        {
            return [];
        }

        if (node is not ConfigList { Items.Count: > 0 } list)
        {
            errors.Add($"{path}: {section.Name}: must be a list of at least one source.");
            return [];
        }

        var shared = reader.Read(defaults, section.Defaults!, [.. section.Settings.Where(setting => !setting.IsOwn)], []);
        return
        [
            .. list.Items.Select((item, i) => reader.Read(item, $"{section.Name}[{i}]", section.Settings, []).Over(shared)),
        ];
    }
}
