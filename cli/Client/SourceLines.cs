using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Streaming.Cli.Client;

/// <summary>What the API tells about sources as a table in plain text.</summary>
internal static class SourceLines
{
    private static readonly string[] Heads =
        ["source", "state", "frames/s", "newest", "objects", "frames", "dropped", "failed", "location", "last error"];

    /// <summary>A line for the heads and one for each source.</summary>
    public static IEnumerable<string> Of(IEnumerable<JsonObject> sources)
    {
        string[][] rows = [Heads, .. sources.Select(Row)];
        var widths = Enumerable.Range(0, Heads.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return rows.Select(row => string.Join("  ", row.Select((text, column) => text.PadRight(widths[column]))).TrimEnd());
    }

    private static string[] Row(JsonObject source)
    {
        return
        [
            Text(source["id"]),
            Text(source["state"]),
            source["rate"] is { } rate ? string.Create(CultureInfo.InvariantCulture, $"{(double)rate:0.0}") : "",
            source["age_s"] is { } age ? string.Create(CultureInfo.InvariantCulture, $"{(double)age:0.0} s") : "",
            Text(source["objects"]),
            Text(source["frames_emitted"]),
            Sum(source["frames_dropped"]),
            Sum(source["frames_failed"]),
            Text(source["location"]),
            Text(source["last_error"]),
        ];
    }

    private static string Sum(JsonNode? counts)
    {
        return (counts as JsonObject)?.Sum(item => (long)item.Value!).ToString(CultureInfo.InvariantCulture) ?? "";
    }

    /// <summary>Without what would break the table, or mean something to a terminal.</summary>
    private static string Text(JsonNode? node)
    {
        var text = node is JsonValue value && value.GetValueKind() == JsonValueKind.String
            ? value.GetValue<string>() : node?.ToJsonString() ?? "";
        return string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
    }
}
