using System.Text.Json;
using Streaming.Model.Structures;

namespace Streaming.Training.Evaluation;

/// <summary>A data set in COCO's format.</summary>
/// <param name="Images">By number.</param>
/// <param name="Categories">By number.</param>
/// <param name="Objects">What is in the pictures.</param>
internal sealed record CocoDataset(
    IReadOnlyList<CocoImage> Images, IReadOnlyList<CocoCategory> Categories, IReadOnlyList<CocoObject> Objects)
{
    /// <summary>Reads an annotation file.</summary>
    /// <param name="path">JSON with "images", "annotations" and "categories".</param>
    /// <exception cref="CocoFormatException">It cannot be read; the message names the annotation.</exception>
    public static CocoDataset Read(string path)
    {
        return CocoReader.Read(path, root =>
        {
            var images = CocoReader.Items(root, "images", path).Select(item => new CocoImage(
                CocoReader.Id(item, "id"),
                item.GetProperty("file_name").GetString()!,
                        new ImageSize(item.GetProperty("height").GetInt32(), item.GetProperty("width").GetInt32())))
                    .OrderBy(image => image.Id)
                    .ToArray();
            CocoReader.RefuseTwice(images.Select(image => image.Id), path, "images");
            var categories = CocoReader
                .Items(root, "categories", path)
                .Select(item => new CocoCategory(CocoReader.Id(item, "id"), item.GetProperty("name").GetString()!))
                .OrderBy(category => category.Id)
                .ToArray();
            CocoReader.RefuseTwice(categories.Select(category => category.Id), path, "categories");
            var sizes = images.ToDictionary(image => image.Id, image => image.Size);
            var known = categories.Select(category => category.Id).ToHashSet();
            var objects = CocoReader.Objects(CocoReader.Items(root, "annotations", path), sizes, known, path, "annotation");
            CocoReader.RefuseTwice(objects.Select(item => item.Id).Where(id => id != 0), path, "annotations");
            return new CocoDataset(images, categories, objects);
        });
    }

    /// <summary>
    /// Reads what a network has found in the data set's pictures: COCO's results format. As in pycocotools the size of a
    /// result that has a box is that of the box; detectron2, which leaves the boxes out when it compares masks, takes the
    /// mask's.
    /// </summary>
    /// <param name="path">A JSON array.</param>
    /// <exception cref="CocoFormatException">It cannot be read, or is about other pictures.</exception>
    public IReadOnlyList<CocoObject> ReadResults(string path)
    {
        return CocoReader.Read(path, root => root.ValueKind == JsonValueKind.Array
                    ? CocoReader.Objects(
                        root.EnumerateArray(), Images.ToDictionary(image => image.Id, image => image.Size), null, path, "result")
            : throw new CocoFormatException($"{path}: is no array of COCO results."));
    }
}
