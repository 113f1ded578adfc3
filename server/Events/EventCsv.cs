using System.Buffers;
using System.Text.Json;
using Streaming.Server.Events.Store;

namespace Streaming.Server.Events;

/// <summary>
/// Events as a table by RFC 4180: a line of names, CRLF after each line, quotes where a text needs them. A text that a
/// spreadsheet would take for a formula gets a quotation mark before it: names of zones and classes are not to be trusted.
/// </summary>
internal static class EventCsv
{
    private const string Formula = "=+-@\t\r";
    private static readonly SearchValues<char> Quoted = SearchValues.Create("\",\r\n");

    private static readonly (string Name, Func<JsonElement, JsonElement?, string?> Value)[] Columns =
    [
        .. Members("source_id", "run_id", "id", "event", "epoch", "pts_ns", "at", "cause", "zone", "line", "direction", "count"),
        .. Members("dwell_s", "track_id", "category_id", "category", "score"),
        ("x", (line, _) => Box(line, 0)),
        ("y", (line, _) => Box(line, 1)),
        ("box_width", (line, _) => Box(line, 2)),
        ("box_height", (line, _) => Box(line, 3)),
        .. Members("snapshot"),
        ("clip", (line, clip) => Member(line, "clip") ?? (clip is { } told ? Member(told, "clip") : null)),
        ("events", (line, _) => line.TryGetProperty("events", out var ids)
            ? string.Join(' ', ids.EnumerateArray().Select(id => id.GetString())) : null),
    ];

    /// <summary>The first line.</summary>
    public static string Header { get; } = Line(Columns.Select(column => column.Name));

    /// <summary>The line of an event.</summary>
    public static string Row(StoredEvent item)
    {
        using var line = JsonDocument.Parse(item.Json);
        using var clip = item.ClipJson is { } told ? JsonDocument.Parse(told) : null;
        return Line(Columns.Select(column => column.Value(line.RootElement, clip?.RootElement)));
    }

    private static IEnumerable<(string Name, Func<JsonElement, JsonElement?, string?> Value)> Members(params string[] names)
    {
        return names.Select(name => (name, (Func<JsonElement, JsonElement?, string?>)((line, _) => Member(line, name))));
    }

    /// <summary>A text, or a number as the file has it.</summary>
    private static string? Member(JsonElement json, string name)
    {
        return !json.TryGetProperty(name, out var value) ? null
            : value.ValueKind == JsonValueKind.String ? value.GetString()
            : value.GetRawText();
    }

    private static string? Box(JsonElement json, int side)
    {
        return json.TryGetProperty("bbox", out var box) && box.ValueKind == JsonValueKind.Array && box.GetArrayLength() > side
            ? box[side].GetRawText() : null;
    }

    private static string Line(IEnumerable<string?> cells)
    {
        return string.Join(',', cells.Select(Cell)) + "\r\n";
    }

    private static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var safe = Formula.Contains(text[0], StringComparison.Ordinal) ? "'" + text : text;
        return safe.AsSpan().ContainsAny(Quoted) ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
