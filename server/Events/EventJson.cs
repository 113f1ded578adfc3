using System.Globalization;
using System.Text.Json;
using Streaming.Server.Events.Store;

namespace Streaming.Server.Events;

/// <summary>An event in an answer: its line as it is, and where its pictures and its clip can be had.</summary>
/// <param name="folder">The output folder.</param>
internal sealed class EventJson(string folder)
{
    /// <summary>Where files are served.</summary>
    public const string FilesPath = "/api/v1/files/";

    private const string Drawn = "-drawn";

    /// <summary>Writes an event.</summary>
    public void Write(Utf8JsonWriter json, StoredEvent item)
    {
        using var document = JsonDocument.Parse(item.Json);
        using var clipDocument = item.ClipJson is { } told ? JsonDocument.Parse(told) : null;
        var line = document.RootElement;
        var snapshot = Text(line, "snapshot");
        // The event that tells of a clip has it too.
        var teller = Text(line, "clip") is not null ? line : clipDocument?.RootElement;
        var clip = teller is { } known ? Url(Text(known, "clip")) : null;
        json.WriteStartObject();
        foreach (var member in line.EnumerateObject())
        {
            member.WriteTo(json);
        }

        json.WriteString("snapshot_url", Url(snapshot));
        json.WriteString("drawn_url", snapshot is null ? null : Url(WithDrawn(snapshot)));
        json.WriteString("clip_url", clip);
        if (clip is not null && Number(line, "pts_ns") is { } at && Number(teller!.Value, "pts_ns") is { } start)
        {
            json.WriteNumber("clip_offset_s", Math.Max(at - start, 0) / 1_000_000_000m);
        }
        else
        {
            json.WriteNull("clip_offset_s");
        }

        json.WriteEndObject();
    }

    /// <summary>The place after which an answer ended, as the client sees it.</summary>
    public static string Cursor(long key)
    {
        return key.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A member that is a text; null when there is none.</summary>
    public static string? Text(JsonElement json, string name)
    {
        return json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    private static long? Number(JsonElement json, string name)
    {
        return json.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : null;
    }

    private static string WithDrawn(string path)
    {
        return $"{Path.ChangeExtension(path, null)}{Drawn}{Path.GetExtension(path)}";
    }

    /// <summary>Where a file is served; null when it is not there any more.</summary>
    private string? Url(string? path)
    {
        return path is not null && KeptFolders.Find(folder, path) is not null
            ? FilesPath + string.Join('/', path.Split('/').Select(Uri.EscapeDataString)) : null;
    }
}
