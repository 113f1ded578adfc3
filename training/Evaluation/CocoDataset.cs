using System.Text.Json;
using Streaming.Model.Masks;
using Streaming.Model.Structures;

namespace Streaming.Training.Evaluation;

/// <summary>A picture of a data set.</summary>
/// <param name="Id">Its number in the data set.</param>
/// <param name="FileName">Relative to the folder of pictures.</param>
/// <param name="Size">In pixels.</param>
internal sealed record CocoImage(long Id, string FileName, ImageSize Size);

/// <summary>A class of a data set.</summary>
/// <param name="Id">Its number; there may be gaps between numbers.</param>
/// <param name="Name">For people.</param>
internal sealed record CocoCategory(long Id, string Name);

/// <summary>An object that a person has marked, or that a network has found.</summary>
/// <param name="ImageId">The picture.</param>
/// <param name="CategoryId">Its class.</param>
/// <param name="Box">x, y, width, height in pixels.</param>
/// <param name="Outline">Null without one.</param>
/// <param name="Area">In pixels, as the data set says it; of a found object that of its mask, or of its box (see <see cref="CocoDataset.ReadResults"/>).</param>
/// <param name="IsCrowd">A group that nobody took apart: what is found in it counts neither as right nor as wrong.</param>
/// <param name="Score">Of found objects, 0 to 1.</param>
internal sealed record CocoObject(long ImageId, long CategoryId, CocoBox Box, CocoOutline? Outline, double Area, bool IsCrowd, double Score)
{
    /// <summary>The annotation's number; 0 where there is none.</summary>
    public long Id { get; init; }

    /// <summary>The outline's pixels.</summary>
    public Rle? Mask => Outline?.Mask;
}

/// <summary>Where an object is: polygons as a person drew them, or run lengths.</summary>
internal sealed class CocoOutline
{
    private readonly ImageSize _size;
    private Rle? _mask;

    /// <summary>Run lengths.</summary>
    /// <param name="mask">In the image's size.</param>
    public CocoOutline(Rle mask)
    {
        (_mask, _size) = (mask, mask.Size);
    }

    /// <summary>Polygons; their pixels are found when they are first asked for.</summary>
    /// <param name="polygons">Each x, y, x, y… of three corners or more.</param>
    /// <param name="size">The image's.</param>
    public CocoOutline(IReadOnlyList<double[]> polygons, ImageSize size)
    {
        (Polygons, _size) = (polygons, size);
    }

    /// <summary>The polygons, or null.</summary>
    public IReadOnlyList<double[]>? Polygons { get; }

    /// <summary>The pixels.</summary>
    public Rle Mask => _mask ??= Model.Masks.Polygons.ToMask(Polygons!, _size);
}

/// <summary>A box as COCO writes it.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Upper edge.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
internal readonly record struct CocoBox(double X, double Y, double Width, double Height);

/// <summary>A data set in COCO's format.</summary>
/// <param name="Images">By number.</param>
/// <param name="Categories">By number.</param>
/// <param name="Objects">What is in the pictures.</param>
internal sealed record CocoDataset(IReadOnlyList<CocoImage> Images, IReadOnlyList<CocoCategory> Categories, IReadOnlyList<CocoObject> Objects)
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
                new ImageSize(item.GetProperty("height").GetInt32(), item.GetProperty("width").GetInt32()))).OrderBy(image => image.Id).ToArray();
            CocoReader.RefuseTwice(images.Select(image => image.Id), path, "images");
            var categories = CocoReader.Items(root, "categories", path)
                .Select(item => new CocoCategory(CocoReader.Id(item, "id"), item.GetProperty("name").GetString()!)).OrderBy(category => category.Id).ToArray();
            CocoReader.RefuseTwice(categories.Select(category => category.Id), path, "categories");
            var sizes = images.ToDictionary(image => image.Id, image => image.Size);
            var known = categories.Select(category => category.Id).ToHashSet();
            var objects = CocoReader.Objects(CocoReader.Items(root, "annotations", path), sizes, known, path, "annotation");
            CocoReader.RefuseTwice(objects.Select(item => item.Id).Where(id => id != 0), path, "annotations");
            return new CocoDataset(images, categories, objects);
        });
    }

    /// <summary>
    /// Reads what a network has found in the data set's pictures: COCO's results format. As in pycocotools the size of a result that has a
    /// box is that of the box; detectron2, which leaves the boxes out when it compares masks, takes the mask's.
    /// </summary>
    /// <param name="path">A JSON array.</param>
    /// <exception cref="CocoFormatException">It cannot be read, or is about other pictures.</exception>
    public IReadOnlyList<CocoObject> ReadResults(string path)
    {
        return CocoReader.Read(path, root => root.ValueKind == JsonValueKind.Array
            ? CocoReader.Objects(root.EnumerateArray(), Images.ToDictionary(image => image.Id, image => image.Size), null, path, "result")
            : throw new CocoFormatException($"{path}: is no array of COCO results."));
    }
}

/// <summary>A file is not what COCO's format says.</summary>
/// <param name="message">What, where, what to do.</param>
/// <param name="inner">The cause.</param>
internal sealed class CocoFormatException(string message, Exception? inner = null) : Exception(message, inner);
