using System.Globalization;

namespace Streaming.Server.Events.Store;

/// <summary>Which events are looked for. Lists that are empty mean any; of those that are not, one must fit.</summary>
internal sealed record EventQuery
{
    /// <summary>The most events that are found at once.</summary>
    public const int MaxLimit = 1000;

    /// <summary>At that time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before that time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Names of sources.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Names of zones or lines.</summary>
    public IReadOnlyList<string> Places { get; init; } = [];

    /// <summary>Classes of objects.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>"zone_entered" and so on.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>Words that a person has typed; null for none.</summary>
    public string? Text { get; init; }

    /// <summary>How many.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>Only what is before that key; null for all.</summary>
    public long? Before { get; init; }

    /// <summary>The query in SQLite's language, with its values: the newest events, and one more than wanted.</summary>
    internal (string Sql, object?[] Values) ToSql()
    {
        List<object?> values = [];
        string Value(object value)
        {
            values.Add(value);
            return string.Create(CultureInfo.InvariantCulture, $"${values.Count}");
        }

        // Rows of the words lie in the same order as the events, and each is found by its number.
        var (from, key) = Text is null
            ? ("events AS e", "e.key") : ("words JOIN events AS e ON e.key = words.rowid", "words.rowid");
        List<string> conditions = Text is null ? [] : [$"words MATCH {Value(SearchText.ToFts(Text))}"];
        conditions.Add($"{key} < {Value(Math.Min(Before ?? long.MaxValue, To is { } to ? EventKey.First(to) : long.MaxValue))}");
        if (From is { } first)
        {
            conditions.Add($"{key} >= {Value(EventKey.First(first))}");
        }

        foreach (var (column, names) in new[]
        {
            ("source", Sources), ("place", Places), ("category", Categories), ("kind", Kinds),
        })
        {
            if (names.Count > 0)
            {
                conditions.Add(names.Count == 1
                    ? $"e.{column} = {Value(names[0])}"
                    : $"e.{column} IN ({string.Join(", ", names.Select(Value))})");
            }
        }

        return (
            $"SELECT {StoredEvent.Columns} FROM {from} WHERE {string.Join(" AND ", conditions)} "
            + $"ORDER BY {key} DESC LIMIT {Value(Limit + 1)}",
            [.. values]);
    }
}
