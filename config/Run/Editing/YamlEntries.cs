using System.Text.Json.Nodes;

namespace Streaming.Config.Run.Editing;

/// <summary>Changes the keys of a mapping. Null where it is written in a way that is not known here.</summary>
internal static class YamlEntries
{
    /// <summary>Sets a key; one that is not there is added at the end.</summary>
    public static string? Set(string text, YamlMapPart map, string key, JsonNode? value)
    {
        return map.Find(key) is { } entry
            ? YamlReplacement.Of(text, entry.Value, entry, map.IsFlow, value)
            : Add(text, map, key, value);
    }

    /// <summary>Removes a key with its value, and the comment in the lines of the value.</summary>
    public static string? Remove(string text, YamlMapPart map, string key)
    {
        var index = map.Entries.TakeWhile(entry => entry.Key != key).Count();
        var removed = map.Entries[index];
        if (map.Entries.Count == 1)
        {
            // A block that is the value of a key begins in a line of its own; braces in the same place hold nothing.
            return YamlReplacement.Splice(text, map.Start, map.End, "{}");
        }

        if (map.IsFlow)
        {
            var before = index == 0 ? map.Start + 1 : map.Entries[index - 1].Value.End;
            var after = index == map.Entries.Count - 1 ? (int?)null : map.Entries[index + 1].KeyStart;
            return FlowItems.Remove(text, before, removed.KeyStart, removed.Value.End, after);
        }

        if (TextLines.IsFirst(text, removed.KeyStart))
        {
            return YamlReplacement.Splice(
                text, TextLines.Start(text, removed.KeyStart), TextLines.Next(text, removed.Value.End), "");
        }

        // The first key of an item, behind the dash: the next one takes its place if nothing stands between them.
        var (end, next) = (TextLines.End(text, removed.Value.End), map.Entries[index + 1].KeyStart);
        return string.IsNullOrWhiteSpace(text[end..next])
            ? YamlReplacement.Splice(text, removed.KeyStart, next, "")
            : YamlReplacement.Splice(text, removed.KeyStart, end, "");
    }

    private static string? Add(string text, YamlMapPart map, string key, JsonNode? value)
    {
        var entry = $"{YamlText.Key(key)}: {YamlText.Flow(value)}";
        if (map.Entries.Count == 0)
        {
            return YamlReplacement.Splice(text, map.Start, map.End, $"{{ {entry} }}");
        }

        var last = map.Entries[^1].Value.End;
        if (map.IsFlow)
        {
            return YamlReplacement.Splice(text, last, last, $", {entry}");
        }

        var column = TextLines.Column(text, map.Entries[0].KeyStart);
        var lines = YamlReplacement.Lines(text, YamlText.Entry(key, value, column), column);
        var end = TextLines.End(text, last);
        return YamlReplacement.Splice(text, end, end, $"{TextLines.BreakOf(text)}{new string(' ', column)}{lines}");
    }
}
