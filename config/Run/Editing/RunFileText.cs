using System.Text.Json;
using System.Text.Json.Nodes;
using Streaming.Config.Settings;

namespace Streaming.Config.Run.Editing;

/// <summary>
/// Reads and changes the sources in a run file's text. Values come and go as JSON: texts as they are meant, so that a dollar sign
/// is one and no program can ask for variables of the environment, and without secrets.
/// </summary>
/// <param name="name">The file's path, for messages.</param>
/// <param name="table">The settings; some are secret.</param>
internal sealed class RunFileText(string name, SettingsTable table)
{
    private static readonly YamlPath Sources = YamlPath.Top.Key(SourceSettings.Section.Name);

    private readonly YamlEditor _editor = new(name);
    private readonly SecretFile _secrets = new(table);

    /// <summary>How many sources stand in a text.</summary>
    public int Count(string text)
    {
        return (YamlJson.Read(text, name) as JsonObject)?[Sources.ToString()] is JsonArray sources ? sources.Count : 0;
    }

    /// <summary>The settings of a source, without secrets.</summary>
    /// <param name="text">The run file.</param>
    /// <param name="index">Which of its sources.</param>
    public JsonObject Read(string text, int index)
    {
        return (JsonObject)Show(Raw(text, index), isSecret: false)!;
    }

    /// <summary>Adds a source at the end.</summary>
    /// <exception cref="ConfigurationException">It cannot be done safely.</exception>
    public string Add(string text, JsonObject settings)
    {
        var entry = Write(settings, null, isSecret: false, "");
        if (YamlParts.Read(text, name) is not YamlMapPart)
        {
            // Nothing, or comments alone.
            var end = TextLines.BreakOf(text);
            var gap = text.Length == 0 || text.EndsWith('\n') ? "" : end;
            var lines = YamlText.Entry(Sources.ToString(), new JsonArray(entry), 0);
            return $"{text}{gap}{string.Join(end, lines)}{end}";
        }

        return YamlJson.Read(text, name)![Sources.ToString()] is JsonArray { Count: > 0 }
            ? _editor.Append(text, Sources, entry)
            : _editor.Set(text, Sources, new JsonArray(entry));
    }

    /// <summary>Removes a source with its comments.</summary>
    /// <exception cref="ConfigurationException">It cannot be done safely.</exception>
    public string Remove(string text, int index)
    {
        return _editor.Remove(text, Sources.Item(index));
    }

    /// <summary>Changes a source.</summary>
    /// <param name="text">The run file.</param>
    /// <param name="index">Which of its sources.</param>
    /// <param name="settings">What it is to be; secrets that are hidden stay.</param>
    /// <exception cref="ConfigurationException">It cannot be done safely.</exception>
    public string Change(string text, int index, JsonObject settings)
    {
        var before = Raw(text, index);
        return YamlChanges.Apply(_editor, text, Sources.Item(index), before, Write(settings, before, isSecret: false, ""));
    }

    /// <summary>The text without secrets.</summary>
    public string Hide(string text)
    {
        return _secrets.Hide(text, name);
    }

    /// <summary>A changed text with the secrets of the earlier one.</summary>
    /// <exception cref="ConfigurationException">Something is hidden that is not in the earlier text.</exception>
    public string Restore(string given, string before)
    {
        return _secrets.Restore(given, before, name);
    }

    /// <summary>The settings of a source as the file has them: with secrets.</summary>
    public JsonObject Raw(string text, int index)
    {
        return YamlJson.Read(text, name)?[Sources.ToString()]?[index] as JsonObject
            ?? throw new ConfigurationException($"{name}: {Sources.Item(index)}: is no mapping of keys; edit the file.");
    }

    private JsonNode? Show(JsonNode? node, bool isSecret)
    {
        return node switch
        {
            JsonObject map => new JsonObject(map.Select(entry =>
                KeyValuePair.Create(entry.Key, Show(entry.Value, isSecret || _secrets.IsSecret(entry.Key))))),
            JsonArray list => new JsonArray([.. list.Select(item => Show(item, isSecret))]),
            JsonValue value when Text(value) is { } text => SecretText.Hide(SecretText.Value(text), isSecret),
            JsonValue when isSecret => SecretText.Mask,
            _ => node?.DeepClone(),
        };
    }

    private JsonNode? Write(JsonNode? node, JsonNode? before, bool isSecret, string path)
    {
        switch (node)
        {
            case JsonObject map:
                return new JsonObject(map.Select(entry => KeyValuePair.Create(entry.Key, Write(
                    entry.Value, (before as JsonObject)?[entry.Key], isSecret || _secrets.IsSecret(entry.Key),
                    path.Length == 0 ? entry.Key : $"{path}.{entry.Key}"))));
            case JsonArray list:
                return new JsonArray(
                    [.. list.Select((item, i) => Write(item, (before as JsonArray)?.ElementAtOrDefault(i), isSecret, path))]);
            case JsonValue value when Text(value) is { } text:
                // A number may be a secret too.
                return isSecret && text == SecretText.Mask && before is JsonValue kept && Text(kept) is null
                    ? kept.DeepClone()
                    : SecretText.Restore(text, Text(before as JsonValue), isSecret, SecretText.Value, SecretText.Literal)
                        ?? throw new ConfigurationException(
                            $"{path}: {SecretText.Mask} stands for a secret that is not in {name} for this source and host; "
                            + "write the secret itself.");
            default:
                return YamlJson.Normal(node);
        }
    }

    private static string? Text(JsonValue? value)
    {
        return value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
    }
}
