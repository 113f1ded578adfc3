namespace Streaming.Config.Run.Editing;

/// <summary>Takes one of several items out of brackets or braces, and a comma with it; comments stay.</summary>
internal static class FlowItems
{
    /// <param name="text">The text.</param>
    /// <param name="before">Where the item before it ends.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="after">Where the next item begins; null when it is the last one.</param>
    /// <returns>Null when there is no comma where one should be.</returns>
    public static string? Remove(string text, int before, int start, int end, int? after)
    {
        if (after is { } next)
        {
            if (Comma(text, end, next) is not { } comma)
            {
                return null;
            }

            var spaces = text.AsSpan(comma + 1).TrimStart(' ');
            return $"{text[..start]}{text[end..comma]}{spaces}";
        }

        return Comma(text, before, start) is { } own
            ? string.IsNullOrWhiteSpace(text[(own + 1)..start])
                ? $"{text[..own]}{text[end..]}"
                : $"{text[..own]}{text[(own + 1)..start]}{text[end..]}"
            : null;
    }

    /// <summary>The comma between two places, which may have comments between them.</summary>
    private static int? Comma(string text, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            switch (text[i])
            {
                case ',':
                    return i;
                case '#':
                    i = TextLines.End(text, i);
                    break;
                default:
                    break;
            }
        }

        return null;
    }
}
