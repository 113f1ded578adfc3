namespace Streaming.Config.Run.Editing;

/// <summary>Where the lines of a text begin and end.</summary>
internal static class TextLines
{
    /// <summary>What ends a line of the text: that of its first line.</summary>
    public static string BreakOf(string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return end > 0 && text[end - 1] == '\r' ? "\r\n" : "\n";
    }

    /// <summary>Where the line of a place begins.</summary>
    public static int Start(string text, int at)
    {
        return at == 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;
    }

    /// <summary>Where the line of a place ends, before its break.</summary>
    public static int End(string text, int at)
    {
        var end = text.IndexOf('\n', at);
        return end < 0 ? text.Length : end > at && text[end - 1] == '\r' ? end - 1 : end;
    }

    /// <summary>Where the line before one ends, before its break.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the line begins, not the first one.</param>
    public static int EndBefore(string text, int start)
    {
        return start > 1 && text[start - 2] == '\r' ? start - 2 : start - 1;
    }

    /// <summary>Where the line after that of a place begins; the text's end when there is none.</summary>
    public static int Next(string text, int at)
    {
        var end = text.IndexOf('\n', at);
        return end < 0 ? text.Length : end + 1;
    }

    /// <summary>How far a place is from the beginning of its line.</summary>
    public static int Column(string text, int at)
    {
        return at - Start(text, at);
    }

    /// <summary>Whether nothing but spaces stands before a place in its line.</summary>
    public static bool IsFirst(string text, int at)
    {
        return text.AsSpan(Start(text, at)..at).Trim(' ').IsEmpty;
    }

    /// <summary>Whether nothing but spaces and a comment follows a place in its line.</summary>
    public static bool IsLast(string text, int at)
    {
        var rest = text.AsSpan(at..End(text, at));
        var trimmed = rest.TrimStart(" \t");
        return trimmed.IsEmpty || (trimmed[0] == '#' && trimmed.Length < rest.Length);
    }

    /// <summary>Whether the line that begins at a place is a comment, and how far it is indented.</summary>
    public static bool IsComment(string text, int start, out int indent)
    {
        var line = text.AsSpan(start..End(text, start));
        indent = line.Length - line.TrimStart(' ').Length;
        return indent < line.Length && line[indent] == '#';
    }
}
