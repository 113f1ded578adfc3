using System.Text.Json;
using System.Text.Json.Nodes;

namespace Streaming.Config.Run.Editing;

/// <summary>
/// Turns one value of a document into another by the smallest changes, so that what stays in it keeps its comments and its form:
/// a zone that is moved leaves its neighbours alone.
/// </summary>
internal static class YamlChanges
{
    /// <summary>The key by which mappings of a list are told apart.</summary>
    private const string Name = "name";

    /// <summary>The text with the changed value.</summary>
    /// <param name="editor">Changes it.</param>
    /// <param name="text">The text.</param>
    /// <param name="path">Where the value stands.</param>
    /// <param name="before">What it is.</param>
    /// <param name="after">What it is to be.</param>
    /// <exception cref="ConfigurationException">It cannot be done safely.</exception>
    public static string Apply(YamlEditor editor, string text, YamlPath path, JsonNode? before, JsonNode? after)
    {
        return (before, after) switch
        {
            _ when YamlJson.AreEqual(before, after) => text,
            (JsonObject { Count: > 0 } old, JsonObject { Count: > 0 } now) => Maps(editor, text, path, old, now),
            (JsonArray { Count: > 0 } old, JsonArray { Count: > 0 } now) when AreMaps(old) && AreMaps(now)
                => Lists(editor, text, path, old, now),
            _ => editor.Set(text, path, after),
        };
    }

    private static string Maps(YamlEditor editor, string text, YamlPath path, JsonObject before, JsonObject after)
    {
        // What comes first: a mapping may not become empty on the way.
        foreach (var (key, value) in after)
        {
            text = before.TryGetPropertyValue(key, out var old)
                ? Apply(editor, text, path.Key(key), old, value)
                : editor.Set(text, path.Key(key), value);
        }

        foreach (var (key, _) in before.Where(entry => !after.ContainsKey(entry.Key)))
        {
            text = editor.Remove(text, path.Key(key));
        }

        return text;
    }

    private static string Lists(YamlEditor editor, string text, YamlPath path, JsonArray before, JsonArray after)
    {
        if (before.Count == after.Count)
        {
            for (var i = 0; i < before.Count; i++)
            {
                text = Apply(editor, text, path.Item(i), before[i], after[i]);
            }

            return text;
        }

        string?[] olds = [.. before.Select(NameOf)], news = [.. after.Select(NameOf)];
        string?[] kept = [.. olds.Where(name => news.Contains(name))];
        var areNamed = !olds.Contains(null) && !news.Contains(null)
            && olds.Distinct().Count() == olds.Length && news.Distinct().Count() == news.Length;
        if (!areNamed || !news.Take(kept.Length).SequenceEqual(kept))
        {
            return editor.Set(text, path, after);
        }

        for (var i = kept.Length; i < news.Length; i++)
        {
            text = editor.Append(text, path, after[i]);
        }

        for (var i = olds.Length - 1; i >= 0; i--)
        {
            text = news.Contains(olds[i])
                ? Apply(editor, text, path.Item(i), before[i], after[Array.IndexOf(news, olds[i])])
                : editor.Remove(text, path.Item(i));
        }

        return text;
    }

    private static bool AreMaps(JsonArray list)
    {
        return list.All(item => item is JsonObject);
    }

    private static string? NameOf(JsonNode? item)
    {
        return item![Name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
    }
}
