using System.Text.Json.Nodes;

namespace Streaming.Config.Run.Editing;

/// <summary>Changes the items of a list. Null where it is written in a way that is not known here.</summary>
internal static class YamlItems
{
    /// <summary>Adds an item at the end, in the form of the one before it.</summary>
    public static string? Append(string text, YamlListPart list, JsonNode? value)
    {
        if (list.Items.Count == 0)
        {
            return YamlReplacement.Splice(text, list.Start, list.End, $"[{YamlText.Flow(value)}]");
        }

        var last = list.Items[^1];
        if (list.IsFlow)
        {
            return YamlReplacement.Splice(text, last.End, last.End, $", {YamlText.Flow(value)}");
        }

        var column = TextLines.Column(text, list.Start);
        var item = YamlText.Flow(value);
        var isFlow = last is YamlMapPart { IsFlow: true } && column + item.Length + 2 <= YamlText.Width;
        string[] lines = isFlow ? [$"- {item}"] : [.. YamlText.Item(value, column)];
        // A comment that is indented deeper than the dash belongs to the last item still.
        var end = TextLines.End(text, InsideEnd(text, last.End, column));
        return YamlReplacement.Splice(
            text, end, end,
            $"{TextLines.BreakOf(text)}{new string(' ', column)}{YamlReplacement.Lines(text, lines, column)}");
    }

    /// <summary>Removes an item with the comments inside it and right above it.</summary>
    public static string? Remove(string text, YamlListPart list, int index)
    {
        var item = list.Items[index];
        if (list.Items.Count == 1 && list.IsFlow)
        {
            return YamlReplacement.Splice(text, list.Start, list.End, "[]");
        }

        if (list.IsFlow)
        {
            var before = index == 0 ? list.Start + 1 : list.Items[index - 1].End;
            var after = index == list.Items.Count - 1 ? (int?)null : list.Items[index + 1].Start;
            return FlowItems.Remove(text, before, item.Start, item.End, after);
        }

        var column = TextLines.Column(text, list.Start);
        if (Dash(text, list, index, column) is not { } dash)
        {
            return null;
        }

        var start = CommentsAbove(text, dash, column);
        var end = TextLines.Next(text, InsideEnd(text, item.End, column));
        if (end == text.Length && !text.EndsWith('\n') && start > 0)
        {
            // The last line has no break: then the one before it has none either.
            start = TextLines.EndBefore(text, start);
        }

        var rest = YamlReplacement.Splice(text, start, end, "");
        return list.Items.Count > 1 ? rest : EmptyList(rest, text, dash);
    }

    /// <summary>Brackets behind the key whose only item is gone.</summary>
    private static string? EmptyList(string rest, string text, int dash)
    {
        var colon = text.AsSpan(0, dash);
        while (!colon.IsEmpty)
        {
            var line = TextLines.Start(text, colon.Length - 1);
            var content = colon[line..].TrimEnd("\r\n");
            var comment = content.IndexOf(" #", StringComparison.Ordinal);
            var bare = (comment < 0 ? content : content[..comment]).TrimEnd();
            if (bare.EndsWith(":"))
            {
                return YamlReplacement.Splice(rest, line + bare.Length, line + bare.Length, " []");
            }

            if (!bare.IsEmpty && bare.TrimStart()[0] != '#')
            {
                return null;
            }

            colon = colon[..line];
        }

        return null;
    }

    /// <summary>Where the line of an item's dash begins.</summary>
    private static int? Dash(string text, YamlListPart list, int index, int column)
    {
        // The item may begin some lines below its dash.
        var line = TextLines.Start(text, list.Items[index].Start);
        var least = TextLines.Start(text, list.Start);
        while (line >= least)
        {
            if (line + column < text.Length && text[line + column] == '-' && TextLines.IsFirst(text, line + column))
            {
                return line;
            }

            if (line == 0)
            {
                break;
            }

            line = TextLines.Start(text, line - 1);
        }

        return null;
    }

    private static int CommentsAbove(string text, int line, int column)
    {
        while (line > 0 && TextLines.Start(text, line - 1) is var above
            && TextLines.IsComment(text, above, out var indent) && indent <= column && (indent > 0 || column == 0))
        {
            line = above;
        }

        return line;
    }

    /// <summary>A place in an item's last line: comments below it that are indented deeper than its dash are inside.</summary>
    private static int InsideEnd(string text, int end, int column)
    {
        while (TextLines.Next(text, end) is var next && next < text.Length
            && TextLines.IsComment(text, next, out var indent) && indent > column)
        {
            end = next;
        }

        return end;
    }
}
