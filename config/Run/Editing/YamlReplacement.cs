using System.Text.Json.Nodes;

namespace Streaming.Config.Run.Editing;

/// <summary>Puts a value in the place of another one.</summary>
internal static class YamlReplacement
{
    /// <summary>The new text; null when the old value is written in a way that is not known here.</summary>
    /// <param name="text">The text.</param>
    /// <param name="old">The value that goes.</param>
    /// <param name="entry">Its key; null when it is an item of a list.</param>
    /// <param name="isInFlow">Whether it stands in brackets or braces.</param>
    /// <param name="value">The value that comes.</param>
    public static string? Of(string text, YamlPart old, YamlEntry? entry, bool isInFlow, JsonNode? value)
    {
        var colon = entry is null ? old.Start : text.IndexOf(':', entry.KeyEnd) + 1;
        var isFlow = old is YamlListPart { IsFlow: true, Items.Count: > 0 } or YamlMapPart { IsFlow: true, Entries.Count: > 0 };
        var column = TextLines.Column(text, old.Start);
        if (isInFlow)
        {
            return Splice(text, old.Start, old.End, Spaced(text, old.Start, YamlText.Flow(value)));
        }

        var isInline = YamlText.IsInline(value, column)
            || (isFlow && column + YamlText.Flow(value).Length <= YamlText.Width);
        var isBlock = old is YamlListPart { IsFlow: false } or YamlMapPart { IsFlow: false };
        if (isInline)
        {
            // A block begins in a line of its own, unless it is an item.
            var line = YamlText.Scalar(value);
            if (!isBlock || entry is null)
            {
                return Splice(text, old.Start, old.End, Spaced(text, old.Start, line));
            }

            var above = TextLines.EndBefore(text, old.Start - column);
            return Splice(Splice(text, above, old.End, ""), colon, colon, $" {line}");
        }

        if (isBlock || entry is null)
        {
            return Splice(text, old.Start, old.End, Spaced(text, old.Start, Lines(text, YamlText.Block(value!, column), column)));
        }

        var indent = TextLines.Column(text, entry.KeyStart) + 2;
        if (!TextLines.IsLast(text, old.End))
        {
            return null;
        }

        var end = TextLines.End(text, old.End);
        var block = Lines(text, YamlText.Block(value!, indent), indent);
        return $"{text[..colon]}{text[old.End..end]}{TextLines.BreakOf(text)}{new string(' ', indent)}{block}{text[end..]}";
    }

    /// <summary>Lines as one text, all but the first one indented.</summary>
    public static string Lines(string text, IEnumerable<string> lines, int indent)
    {
        return string.Join($"{TextLines.BreakOf(text)}{new string(' ', indent)}", lines);
    }

    /// <summary>A text with another one in the place of a part.</summary>
    public static string Splice(string text, int start, int end, string inserted)
    {
        return $"{text[..start]}{inserted}{text[end..]}";
    }

    /// <summary>With a space in front where a colon, a dash or a comma stands right before it.</summary>
    private static string Spaced(string text, int start, string value)
    {
        return start > 0 && text[start - 1] is ':' or '-' or ',' ? $" {value}" : value;
    }
}
