using System.Buffers;
using System.Text.Json;
using Streaming.Model.Structures;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Live;

/// <summary>What was found in a frame, for a page that draws it over the picture.</summary>
internal static class LiveJson
{
    /// <summary>One JSON object in UTF-8.</summary>
    /// <param name="result">The frame's.</param>
    /// <param name="picture">The size of the picture beside it; masks are in its pixels.</param>
    /// <param name="number">The picture's.</param>
    public static byte[] Of(FrameResult result, ImageSize picture, long number)
    {
        var identity = result.Identity;
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("id", identity.SourceId);
        json.WriteNumber("n", number);
        json.WriteNumber("epoch", identity.Epoch);
        json.WriteNumber("index", identity.Index);
        json.WriteNumber("pts_ns", identity.Pts.Ticks * TimeSpan.NanosecondsPerTick);
        json.WriteString("at", JsonLines.Utc(identity.CaptureTime));
        json.WriteNumber("width", result.Size.Width);
        json.WriteNumber("height", result.Size.Height);
        json.WriteStartArray("picture");
        json.WriteNumberValue(picture.Width);
        json.WriteNumberValue(picture.Height);
        json.WriteEndArray();
        json.WriteBoolean("gated", result.IsGated);
        if (result.Error is { } error)
        {
            json.WriteString("error", error);
        }

        json.WriteStartArray("detections");
        foreach (var detection in result.Detections)
        {
            Write(json, detection, picture);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Detection detection, ImageSize picture)
    {
        json.WriteStartObject();
        if (detection.Track is { } track)
        {
            json.WriteNumber("track_id", track.Id);
            json.WriteBoolean("predicted", track.IsPredicted);
        }

        JsonLines.WriteCategoryAndBox(json, detection);
        if (detection.Mask is { } mask)
        {
            json.WriteStartArray("mask");
            MaskSpans.Write(json, mask, picture);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
