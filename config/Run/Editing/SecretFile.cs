using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Streaming.Config.Settings;

namespace Streaming.Config.Run.Editing;

/// <summary>
/// Shows a run file's text without the secrets that stand in it, and puts them back into a text that somebody has changed.
/// </summary>
/// <param name="table">The settings; some are secret.</param>
internal sealed partial class SecretFile(SettingsTable table)
{
    private readonly HashSet<string> _keys = [.. KeysOf(table.All)];
    private readonly SecretComments _comments = new(KeysOf(table.All));

    /// <summary>Whether the value of a key is a secret.</summary>
    public bool IsSecret(string key)
    {
        return _keys.Contains(key);
    }

    /// <summary>The text without secrets.</summary>
    /// <param name="text">A run file, right or wrong.</param>
    /// <param name="name">Its name.</param>
    public string Hide(string text, string name)
    {
        if (ValuesOf(text, name) is not { } values)
        {
            return _comments.Hide(text);
        }

        var hidden = new StringBuilder();
        var from = 0;
        foreach (var value in values.OrderBy(value => value.Part.Start))
        {
            hidden.Append(HideBetween(text[from..value.Part.Start]));
            var shown = SecretText.Hide(value.Part.Value, value.IsSecret);
            hidden.Append(shown == value.Part.Value ? text[value.Part.Start..value.Part.End] : YamlText.Quoted(shown));
            from = value.Part.End;
        }

        return hidden.Append(HideBetween(text[from..])).ToString();
    }

    /// <summary>A changed text with its secrets.</summary>
    /// <param name="given">As somebody gives it: what was hidden may be hidden still.</param>
    /// <param name="before">The text that was shown, with its secrets.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="ConfigurationException">A secret is not in the earlier text, or the given one is no YAML.</exception>
    public string Restore(string given, string before, string name)
    {
        if (!given.Contains(SecretText.Mask, StringComparison.Ordinal))
        {
            return given;
        }

        if (given == Hide(before, name))
        {
            return before;
        }

        var olds = (ValuesOf(before, name) ?? []).GroupBy(value => value.Place)
            .ToDictionary(group => group.Key, group => group.First());
        var comments = CommentsOf(before, name);
        var (restored, from) = (new StringBuilder(), 0);
        foreach (var value in ValuesOf(given, name, isRequired: true)!.OrderBy(value => value.Part.Start))
        {
            restored.Append(RestoreBetween(given[from..value.Part.Start], comments));
            restored.Append(Restore(value, olds.GetValueOrDefault(value.Place), given, before)
                ?? throw new ConfigurationException(
                    $"{name}:{given.AsSpan(0, value.Part.Start).Count('\n') + 1}: {value.Place}: {SecretText.Mask} stands for a "
                    + "secret that is not in the file for this source and host; write the secret itself."));
            from = value.Part.End;
        }

        return restored.Append(RestoreBetween(given[from..], comments)).ToString();
    }

    private static IEnumerable<string> KeysOf(IEnumerable<Setting> settings)
    {
        return settings.SelectMany(setting =>
            setting is SettingList list ? KeysOf(list.Items) : setting.IsSecret ? [setting.Key] : []);
    }

    private static string? Restore(Placed value, Placed? old, string given, string before)
    {
        var raw = SecretText.Restore(value.Part.Value, old?.Part.Value, value.IsSecret, text => text, text => text);
        if (raw == value.Part.Value)
        {
            return given[value.Part.Start..value.Part.End];
        }

        // As it was written, if that is a single line in quotes; otherwise in quotes.
        var written = old is null || raw != old.Part.Value ? "" : before[old.Part.Start..old.Part.End];
        return raw is null || (written is ['"' or '\'', ..] && !written.Contains('\n', StringComparison.Ordinal))
            ? raw is null ? null : written
            : YamlText.Scalar(JsonValue.Create(raw)) is var scalar && scalar == written ? written : YamlText.Quoted(raw);
    }

    /// <summary>Every single value of a text with the place where it stands; null when the text is no YAML.</summary>
    private List<Placed>? ValuesOf(string text, string name, bool isRequired = false)
    {
        try
        {
            var values = new List<Placed>();
            if (YamlParts.Read(text, name) is { } document)
            {
                Collect(text, document, "", false, values);
            }

            return values;
        }
        catch (ConfigurationException) when (!isRequired)
        {
            return null;
        }
    }

    private void Collect(string text, YamlPart part, string place, bool isSecret, List<Placed> values)
    {
        switch (part)
        {
            case YamlMapPart map:
                foreach (var entry in map.Entries)
                {
                    var inner = place.Length == 0 ? entry.Key : $"{place}.{entry.Key}";
                    Collect(text, entry.Value, inner, isSecret || IsSecret(entry.Key), values);
                }

                break;
            case YamlListPart list:
                for (var i = 0; i < list.Items.Count; i++)
                {
                    // A source keeps its secrets when another one comes before it.
                    var own = (list.Items[i] as YamlMapPart)?.Find("id")?.Value is YamlScalarPart { Value.Length: > 0 } id
                        ? id.Value : YamlPath.Top.Item(i).ToString().Trim('[', ']');
                    Collect(text, list.Items[i], $"{place}[{own}]", isSecret, values);
                }

                break;
            case YamlScalarPart { IsEmpty: false } scalar:
                // Behind its anchor and tag. An alias has no value of its own.
                var ties = scalar.IsTied ? Ties().Match(text, scalar.Start).Length : 0;
                values.Add(new Placed(place, scalar with { Start = scalar.Start + ties }, isSecret));
                break;
            default:
                break;
        }
    }

    /// <summary>What stands between values, with the secrets in its comments hidden.</summary>
    private string HideBetween(string between)
    {
        return string.Join('\n', between.Split('\n').Select(line =>
            line.IndexOf('#', StringComparison.Ordinal) is var start and >= 0
                ? $"{line[..start]}{_comments.Hide(line[start..])}" : line));
    }

    private Dictionary<string, Queue<string>> CommentsOf(string text, string name)
    {
        var (comments, from) = (new Dictionary<string, Queue<string>>(StringComparer.Ordinal), 0);
        var ends = (ValuesOf(text, name) ?? []).OrderBy(value => value.Part.Start)
            .Select(value => (value.Part.Start, value.Part.End));
        foreach (var (start, end) in ends.Append((text.Length, text.Length)))
        {
            foreach (var line in text[from..start].Split('\n').Where(line => HideBetween(line) != line))
            {
                var hidden = HideBetween(line);
                comments.TryAdd(hidden, new Queue<string>());
                comments[hidden].Enqueue(line);
            }

            from = end;
        }

        return comments;
    }

    private static string RestoreBetween(string between, Dictionary<string, Queue<string>> comments)
    {
        return between.Contains(SecretText.Mask, StringComparison.Ordinal)
            ? string.Join('\n', between.Split('\n').Select(line =>
                comments.TryGetValue(line, out var lines) && lines.TryDequeue(out var before) ? before : line))
            : between;
    }

    [GeneratedRegex(@"\G([&!]\S*\s+)*", RegexOptions.ExplicitCapture)]
    private static partial Regex Ties();

    private sealed record Placed(string Place, YamlScalarPart Part, bool IsSecret);
}
