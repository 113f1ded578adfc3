using System.Text.Json;
using Streaming.Config.Zoo;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit;

/// <summary>The form of an object's event in JSON, among a frame's `events` and in a file of its own.</summary>
internal static class ObjectEventJson
{
    /// <summary>Writes the members of an event into an object that the caller begins and ends.</summary>
    public static void WriteMembers(Utf8JsonWriter json, ObjectEvent item)
    {
        json.WriteString("id", item.Id);
        json.WriteString("event", NameOf(item.Kind));
        json.WriteNumber("epoch", item.Epoch);
        json.WriteNumber("pts_ns", item.Pts.Ticks * TimeSpan.NanosecondsPerTick);
        json.WriteString("at", JsonLines.Utc(item.At));
        WriteText(json, "cause", item.Cause);
        WriteText(json, "zone", item.Zone);
        WriteText(json, "line", item.Line);
        WriteText(json, "direction", item.Direction);
        if (item.Count is { } count)
        {
            json.WriteNumber("count", count);
        }

        if (item.Counts is { } counts)
        {
            json.WriteStartObject("counts");
            foreach (var (name, number) in counts)
            {
                json.WriteNumber(name, number);
            }

            json.WriteEndObject();
        }

        if (item.Dwell is { } dwell)
        {
            json.WriteNumber("dwell_s", (decimal)dwell.TotalSeconds);
        }

        if (item.TrackId is { } track)
        {
            json.WriteNumber("track_id", track);
        }

        if (item.Subject is { } seen)
        {
            JsonLines.WriteCategoryAndBox(json, seen.Category, seen.Score, seen.Box);
        }

        WriteText(json, "snapshot", item.Snapshot);
        WriteText(json, "clip", item.Clip);
        if (item.Events.Count > 0)
        {
            json.WriteStartArray("events");
            foreach (var id in item.Events)
            {
                json.WriteStringValue(id);
            }

            json.WriteEndArray();
        }
    }

    /// <summary>Reads what <see cref="WriteMembers"/> writes; damage shows as one of many exceptions.</summary>
    /// <param name="json">The object.</param>
    /// <param name="categories">The classes in the model's order.</param>
    public static ObjectEvent Read(JsonElement json, IReadOnlyList<Category> categories)
    {
        return new ObjectEvent(
            json.GetProperty("id").GetString()!,
            Enum.GetValues<ObjectEventKind>().First(kind => json.GetProperty("event").ValueEquals(NameOf(kind))),
            json.GetProperty("epoch").GetInt32(),
            TimeSpan.FromTicks(json.GetProperty("pts_ns").GetInt64() / TimeSpan.NanosecondsPerTick),
            json.GetProperty("at").GetDateTimeOffset())
        {
            Cause = ReadText(json, "cause"),
            Zone = ReadText(json, "zone"),
            Line = ReadText(json, "line"),
            Direction = ReadText(json, "direction"),
            Count = json.TryGetProperty("count", out var count) ? count.GetInt32() : null,
            Counts = json.TryGetProperty("counts", out var counts)
                ? counts.EnumerateObject().ToDictionary(item => item.Name, item => item.Value.GetInt32(), StringComparer.Ordinal)
                : null,
            Dwell = json.TryGetProperty("dwell_s", out var dwell)
                ? TimeSpan.FromTicks((long)(dwell.GetDecimal() * TimeSpan.TicksPerSecond)) : null,
            TrackId = json.TryGetProperty("track_id", out var track) ? track.GetInt64() : null,
            Subject = json.TryGetProperty("category_id", out var category)
                ? new EventSubject(
                    categories.First(known => known.Id == category.GetInt32()),
                    json.GetProperty("score").GetSingle(),
                    RecordedFrame.ReadBox(json.GetProperty("bbox")))
                : null,
            Snapshot = ReadText(json, "snapshot"),
            Clip = ReadText(json, "clip"),
            Events = json.TryGetProperty("events", out var events)
                ? [.. events.EnumerateArray().Select(item => item.GetString()!)] : [],
        };
    }

    /// <summary>"zone_entered".</summary>
    public static string NameOf(ObjectEventKind kind)
    {
        return JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static string? ReadText(JsonElement json, string name)
    {
        return json.TryGetProperty(name, out var text) ? text.GetString() : null;
    }
}
