namespace Streaming.Server.Events.Store;

/// <summary>
/// Makes of words that a person has typed a query of SQLite's full-text search (FTS5). All words must be there; the beginning of
/// one is enough, but of numbers: 7 is not 70. Nothing that is typed is part of the query's language.
/// </summary>
internal static class SearchText
{
    private const int MaxWords = 16;

    /// <summary>A quoted blank: no event has this word.</summary>
    private const string Nothing = "\" \"";

    /// <summary>The query; one that finds nothing when there is no letter and no digit.</summary>
    public static string ToFts(string text)
    {
        var words = string.Concat(text.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word.Any(char.IsLetterOrDigit))
            .Take(MaxWords)
            .Select(word => $"\"{word.Replace("\"", "\"\"", StringComparison.Ordinal)}\"{(char.IsLetter(word[^1]) ? "*" : "")}");
        return string.Join(' ', words) is { Length: > 0 } query ? query : Nothing;
    }
}
