using System.Text.Json;
using Streaming.Config.Zoo;
using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit;

/// <summary>Reads back what <see cref="JsonLines"/> writes for a frame; damage shows as one of many exceptions.</summary>
internal static class RecordedFrame
{
    /// <summary>A frame's result, without its timings.</summary>
    /// <param name="line">A line of the type "frame".</param>
    /// <param name="categories">The classes in the model's order.</param>
    public static FrameResult Read(JsonElement line, IReadOnlyList<Category> categories)
    {
        var size = new ImageSize(line.GetProperty("height").GetInt32(), line.GetProperty("width").GetInt32());
        var identity = new FrameIdentity(
            line.GetProperty("source_id").GetString()!,
            line.GetProperty("epoch").GetInt32(),
            line.GetProperty("frame_index").GetInt64(),
            TimeSpan.FromTicks(line.GetProperty("pts_ns").GetInt64() / TimeSpan.NanosecondsPerTick),
            line.GetProperty("pts_origin").ValueEquals("container") ? PtsOrigin.Container : PtsOrigin.Estimated,
            line.GetProperty("capture_time").GetDateTimeOffset(),
            line.TryGetProperty("name", out var name) ? name.GetString() : null);
        var outcome = line.TryGetProperty("error", out var error)
            ? FrameOutcome.Failed(error.GetProperty("stage").GetString()!, error.GetProperty("message").GetString() ?? "")
            : FrameOutcome.Ok;
        var detections = line.GetProperty("detections").EnumerateArray().Select(item => ReadDetection(item, size, categories));
        return new FrameResult(identity, size, [.. detections])
        {
            Outcome = outcome,
            DroppedBefore = line.GetProperty("dropped_before").GetInt64(),
            IsGated = line.TryGetProperty("gated", out var gated) && gated.GetBoolean(),
            Events = line.TryGetProperty("events", out var events)
                ? [.. events.EnumerateArray().Select(item => ObjectEventJson.Read(item, categories))] : [],
        };
    }

    /// <summary>The classes in a stream's first line, in the model's order.</summary>
    /// <param name="header">The line.</param>
    public static IReadOnlyList<Category> ReadCategories(JsonElement header)
    {
        return
        [
            .. header.GetProperty("categories").EnumerateArray()
                .Select(item => new Category(item.GetProperty("id").GetInt32(), item.GetProperty("name").GetString()!)),
        ];
    }

    /// <summary>A box from x, y, width and height.</summary>
    /// <param name="box">Four numbers.</param>
    public static Box ReadBox(JsonElement box)
    {
        float[] numbers = [.. box.EnumerateArray().Select(value => value.GetSingle())];
        return RecordedPrecision.Corners(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    private static Detection ReadDetection(JsonElement item, ImageSize size, IReadOnlyList<Category> categories)
    {
        var id = item.GetProperty("category_id").GetInt32();
        var number = Enumerable.Range(0, categories.Count).First(index => categories[index].Id == id);
        var mask = item.TryGetProperty("segmentation", out var segmentation)
            ? Rle.Parse(segmentation.GetProperty("counts").GetString()!, size)
            : null;
        return new Detection(
            number,
            categories[number],
            item.GetProperty("score").GetSingle(),
            ReadBox(item.GetProperty("bbox")),
            mask,
            item.TryGetProperty("track", out var track) ? ReadTrack(item.GetProperty("track_id").GetInt64(), track) : null);
    }

    private static TrackInfo ReadTrack(long id, JsonElement track)
    {
        return new TrackInfo(
            id,
            TimeSpan.FromTicks((long)(track.GetProperty("age_s").GetDecimal() * TimeSpan.TicksPerSecond)),
            track.GetProperty("hits").GetInt32(),
            track.GetProperty("state").ValueEquals("predicted"));
    }
}
