using System.Text;
using System.Text.Json;
using Streaming.Stages.Emit;

namespace Streaming.Server.Events.Store;

/// <summary>One line of a file of events, as far as the index needs to know it.</summary>
/// <param name="Json">The line.</param>
/// <param name="At">When it happened, in microseconds since 1970.</param>
/// <param name="Run">The run that told it.</param>
/// <param name="Source">The source's name.</param>
/// <param name="Id">Unique in the run.</param>
/// <param name="Kind">"zone_entered".</param>
internal sealed record EventLine(string Json, long At, string Run, string Source, string Id, string Kind)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The zone or the line.</summary>
    public string? Place { get; init; }

    /// <summary>The object's class.</summary>
    public string? Category { get; init; }

    /// <summary>The object's track.</summary>
    public long? Track { get; init; }

    /// <summary>Of a saved clip: the events that it shows.</summary>
    public IReadOnlyList<string> Shown { get; init; } = [];

    /// <summary>What a free text is looked for in.</summary>
    public string Words => $"{Id} {Source} {Place} {Category} {Track}";

    /// <summary>Reads a line.</summary>
    /// <param name="line">Without its line feed.</param>
    /// <returns>Null when it is no event: somebody has changed the file, or it holds something else.</returns>
    public static EventLine? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var json = document.RootElement;
            return !json.GetProperty("type").ValueEquals("event") ? null : new EventLine(
                Utf8.GetString(line.Span),
                (json.GetProperty("at").GetDateTimeOffset().UtcTicks - DateTimeOffset.UnixEpoch.Ticks)
                    / TimeSpan.TicksPerMicrosecond,
                Text(json, "run_id")!,
                Text(json, "source_id")!,
                Text(json, "id")!,
                Text(json, "event")!)
            {
                Place = Text(json, "zone", isOptional: true) ?? Text(json, "line", isOptional: true),
                Category = Text(json, "category", isOptional: true),
                Track = json.TryGetProperty("track_id", out var track) ? track.GetInt64() : null,
                Shown = json.TryGetProperty("events", out var shown)
                    ? [.. shown.EnumerateArray().Select(id => id.GetString()!)] : [],
            };
        }
        catch (Exception exception) when (RecordedLines.IsDamage(exception))
        {
            return null;
        }
    }

    private static string? Text(JsonElement json, string name, bool isOptional = false)
    {
        return isOptional && !json.TryGetProperty(name, out _) ? null
            : json.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");
    }
}
