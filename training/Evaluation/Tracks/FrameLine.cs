using System.Text.Json;

namespace Streaming.Training.Evaluation.Tracks;

/// <summary>
/// A line of frames/1 (docs/jsonl.md). Detections with a track id count, predicted ones of gated frames among them; lines that
/// are no frames are passed over. The first frame, of index 0, is MOTChallenge's frame 1.
/// </summary>
internal static class FrameLine
{
    private const string Allowed = "JSON lines of 'streaming run' (frames/1) are allowed.";

    /// <summary>Adds a frame's boxes.</summary>
    /// <param name="tracks">Gets them.</param>
    /// <param name="line">The line.</param>
    /// <exception cref="FormatException">The line is wrong.</exception>
    public static void AddTo(TrackSequence tracks, string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            if (Get(json.RootElement, "type").ValueEquals("frame"))
            {
                AddFrame(tracks, json.RootElement);
            }
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or IndexOutOfRangeException or ArgumentException)
        {
            throw new FormatException($"{exception.Message} {Allowed}", exception);
        }
    }

    private static void AddFrame(TrackSequence tracks, JsonElement line)
    {
        var index = Get(line, "frame_index").GetInt64();
        if (index < tracks.Length)
        {
            throw new FormatException(
                $"frame_index {index} after {tracks.Length - 1}; a file must hold the frames of one source, in order.");
        }

        tracks.Reach(index + 1);
        foreach (var item in Get(line, "detections").EnumerateArray())
        {
            var id = Get(item, "track_id");
            if (id.ValueKind == JsonValueKind.Null)
            {
                tracks.Untracked++;
            }
            else if (!tracks.TryAdd(index + 1, new TrackedBox(id.GetInt64(), Box(Get(item, "bbox")))))
            {
                throw new FormatException($"the track_id {id} stands there twice; an object has one box a frame.");
            }
        }
    }

    private static JsonElement Get(JsonElement item, string name)
    {
        return item.TryGetProperty(name, out var value) ? value : throw new FormatException($"has no '{name}': {Allowed}");
    }

    private static CocoBox Box(JsonElement box)
    {
        return new CocoBox(box[0].GetDouble(), box[1].GetDouble(), box[2].GetDouble(), box[3].GetDouble());
    }
}
