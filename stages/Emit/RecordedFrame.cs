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
            IsSkipped = line.TryGetProperty("skipped", out var skipped) && skipped.GetBoolean(),
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

    private static Detection ReadDetection(JsonElement item, ImageSize size, IReadOnlyList<Category> categories)
    {
        var id = item.GetProperty("category_id").GetInt32();
        var number = Enumerable.Range(0, categories.Count).First(index => categories[index].Id == id);
        float[] box = [.. item.GetProperty("bbox").EnumerateArray().Select(value => value.GetSingle())];
        var mask = item.TryGetProperty("segmentation", out var segmentation)
            ? Rle.Parse(segmentation.GetProperty("counts").GetString()!, size)
            : null;
        return new Detection(
            number,
            categories[number],
            item.GetProperty("score").GetSingle(),
            new Box(box[0], box[1], box[0] + box[2], box[1] + box[3]),
            mask,
            item.TryGetProperty("track_id", out var track) && track.ValueKind == JsonValueKind.Number ? track.GetInt64() : null);
    }
}
