using System.Text.Json;
using Streaming.Model.Structures;

namespace Streaming.Training.Evaluation;

/// <summary>Reads COCO's JSON and says which item is wrong.</summary>
internal static class CocoReader
{
    public static T Read<T>(string path, Func<JsonElement, T> read)
    {
        try
        {
            using var file = File.OpenRead(path);
            using var document = JsonDocument.Parse(file);
            return read(document.RootElement);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CocoFormatException($"{path}: cannot be read: {exception.Message}", exception);
        }
        catch (Exception exception) when (IsWrong(exception))
        {
            throw new CocoFormatException($"{path}: is not in COCO's format: {exception.Message}", exception);
        }
    }

    public static IEnumerable<JsonElement> Items(JsonElement root, string name, string path)
    {
        return
            root.ValueKind == JsonValueKind.Object
            && root.TryGetProperty(name, out var items)
            && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray()
            : throw new CocoFormatException($"{path}: has no list '{name}': it is no COCO annotation file.");
    }

    public static long Id(JsonElement item, string name)
    {
        return item.GetProperty(name).GetInt64();
    }

    public static void RefuseTwice(IEnumerable<long> ids, string path, string what)
    {
        if (ids.GroupBy(id => id).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new CocoFormatException(
                $"{path}: {what}: the id {twice.Key} stands there {twice.Count()} times; each needs its own.");
        }
    }

    /// <param name="items">Annotations or results.</param>
    /// <param name="sizes">Of the pictures.</param>
    /// <param name="categories">Known classes; null takes every one.</param>
    /// <param name="path">For messages.</param>
    /// <param name="what">For messages.</param>
    public static List<CocoObject> Objects(
        IEnumerable<JsonElement> items, Dictionary<long, ImageSize> sizes, HashSet<long>? categories, string path, string what)
    {
        var objects = new List<CocoObject>();
        foreach (var item in items)
        {
            var name = item.TryGetProperty("id", out var id) ? $"{what} {id.GetRawText()}" : $"{what} {objects.Count}";
            try
            {
                var (image, category) = (Id(item, "image_id"), Id(item, "category_id"));
                if (!sizes.TryGetValue(image, out var size))
                {
                    throw new CocoFormatException($"{path}: {name}: there is no image {image}.");
                }

                if (categories?.Contains(category) == false)
                {
                    throw new CocoFormatException($"{path}: {name}: there is no category {category}.");
                }

                objects.Add(Object(item, image, category, size));
            }
            catch (Exception exception) when (IsWrong(exception))
            {
                throw new CocoFormatException($"{path}: {name}: {exception.Message}", exception);
            }
        }

        return objects;
    }

    private static bool IsWrong(Exception exception)
    {
        return exception
            is JsonException
                or KeyNotFoundException
                or FormatException
                or InvalidOperationException
                or ArgumentException
                or IndexOutOfRangeException
                or OverflowException;
    }

    private static CocoObject Object(JsonElement item, long image, long category, ImageSize size)
    {
        var mask = item.TryGetProperty("segmentation", out var segmentation) ? Mask(segmentation, size) : null;
        var box = item.TryGetProperty("bbox", out var bbox)
            ? Box(bbox)
            : Box(mask?.Mask ?? throw new FormatException("neither 'bbox' nor 'segmentation'."));
        // pycocotools takes the box for the size of a result that has one, also when it compares masks.
        var area = item.TryGetProperty("area", out var given) ? given.GetDouble()
            : bbox.ValueKind == JsonValueKind.Array ? box.Width * box.Height
            : mask!.Mask.Area;
        var isCrowd =
            item.TryGetProperty("iscrowd", out var crowd)
            && crowd.ValueKind is JsonValueKind.True or JsonValueKind.Number
            && crowd.GetRawText() is not "0";
        return new CocoObject(
            image, category, box, mask, area, isCrowd, item.TryGetProperty("score", out var score) ? score.GetDouble() : 1)
        {
            Id = item.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Number ? id.GetInt64() : 0,
        };
    }

    private static CocoBox Box(JsonElement bbox)
    {
        double[] values = [.. bbox.EnumerateArray().Select(value => value.GetDouble())];
        return values.Length == 4 && values[2] >= 0 && values[3] >= 0
            ? new CocoBox(values[0], values[1], values[2], values[3])
            : throw new FormatException("'bbox' must be x, y, width, height.");
    }

    private static CocoBox Box(Rle mask)
    {
        var (x, y, width, height) = mask.BoundingBox();
        return new CocoBox(x, y, width, height);
    }

    /// <summary>Polygons, run lengths as numbers (crowds), or run lengths as text.</summary>
    private static CocoOutline Mask(JsonElement segmentation, ImageSize size)
    {
        if (segmentation.ValueKind == JsonValueKind.Array)
        {
            double[][] polygons =
            [
                .. segmentation
                    .EnumerateArray()
                    .Select(polygon => polygon.EnumerateArray().Select(value => value.GetDouble()).ToArray()),
            ];
            return polygons.Length > 0 && polygons.All(polygon => polygon.Length >= 6 && polygon.Length % 2 == 0)
                ? new CocoOutline(polygons, size)
                : throw new FormatException("'segmentation' must hold polygons of three corners or more.");
        }

        var counts = segmentation.GetProperty("counts");
        int[] written = [.. segmentation.GetProperty("size").EnumerateArray().Select(value => value.GetInt32())];
        var own = new ImageSize(written[0], written[1]);
        return own != size ? throw new FormatException($"'segmentation' is {own}, the image {size}.")
            : new CocoOutline(counts.ValueKind == JsonValueKind.String
                ? Rle.Parse(counts.GetString()!, size)
                : new Rle(size, [.. counts.EnumerateArray().Select(value => value.GetUInt32())]));
    }
}
