using Streaming.Training.Evaluation;
using Streaming.Model.Structures;

namespace Streaming.Training.Data;

/// <summary>Decodes a picture file to rows of B, G, R bytes, turned upright.</summary>
/// <param name="path">The file.</param>
/// <returns>The pixels without gaps, and the size.</returns>
internal delegate (byte[] Pixels, ImageSize Size) PictureReader(string path);

/// <summary>Pictures with marked objects, ready to be learnt from.</summary>
internal sealed class TrainingSet
{
    private TrainingSet(IReadOnlyList<TrainingImage> images, IReadOnlyList<CocoCategory> categories)
    {
        (Images, Categories) = (images, categories);
    }

    /// <summary>Classes in the order of their numbers: the network's class i is the i-th of them.</summary>
    public IReadOnlyList<CocoCategory> Categories { get; }

    /// <summary>Number of pictures.</summary>
    public int Count => Images.Count;

    internal IReadOnlyList<TrainingImage> Images { get; }

    /// <summary>Takes the objects of a data set; groups (crowds) are left out, as in detectron2.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="path">Its file, for messages.</param>
    /// <param name="folder">Of the pictures.</param>
    /// <param name="needsMasks">Whether every object must have an outline.</param>
    /// <param name="skipsEmpty">Whether pictures without objects are left out.</param>
    /// <exception cref="CocoFormatException">Pictures are missing, or an object cannot be learnt from; the message names it.</exception>
    public static TrainingSet From(CocoDataset dataset, string path, string folder, bool needsMasks, bool skipsEmpty)
    {
        var numbers = dataset.Categories.Select((category, i) => (category.Id, i)).ToDictionary(item => item.Id, item => item.i);
        var objects = dataset.Objects.Where(item => !item.IsCrowd).ToLookup(item => item.ImageId);
        var images = new List<TrainingImage>();
        foreach (var image in dataset.Images)
        {
            CocoObject[] own = [.. objects[image.Id]];
            foreach (var item in own)
            {
                Check(item, image, path, needsMasks);
            }

            if (own.Length > 0 || !skipsEmpty)
            {
                images.Add(new TrainingImage(image, Path.Combine(folder, image.FileName), own, [.. own.Select(item => numbers[item.CategoryId])]));
            }
        }

        if (images.Count == 0)
        {
            throw new CocoFormatException($"{path}: no picture has an object: there is nothing to learn.");
        }

        var missing = images.Where(image => !File.Exists(image.Path)).ToArray();
        return missing.Length == 0
            ? new TrainingSet(images, dataset.Categories)
            : throw new CocoFormatException($"{path}: {missing.Length} of {images.Count} pictures are missing, the first is {missing[0].Path}; give their folder with --images.");
    }

    private static void Check(CocoObject item, CocoImage image, string path, bool needsMasks)
    {
        var problem = item.Box.X >= image.Size.Width || item.Box.Y >= image.Size.Height || item.Box.X + item.Box.Width <= 0 || item.Box.Y + item.Box.Height <= 0
                ? $"its box lies outside the picture ({image.Size})"
            : needsMasks && item.Outline is null ? "it has no 'segmentation', which MODEL.MASK_ON needs"
            : null;
        if (problem is not null)
        {
            throw new CocoFormatException($"{path}: annotation {item.Id} of {image.FileName}: {problem}.");
        }
    }
}

/// <summary>A picture with its objects.</summary>
/// <param name="Image">Its number, name and size.</param>
/// <param name="Path">The file.</param>
/// <param name="Objects">What is in it.</param>
/// <param name="Classes">The network's class of each.</param>
internal sealed record TrainingImage(CocoImage Image, string Path, CocoObject[] Objects, int[] Classes);
