using Streaming.Training.Evaluation;

namespace Streaming.Training.Data;

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
    /// <exception cref="CocoFormatException">Pictures are missing, or an object cannot be learnt from; the message names
    /// it.</exception>
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
                int[] classes = [.. own.Select(item => numbers[item.CategoryId])];
                images.Add(new TrainingImage(image, Path.Combine(folder, image.FileName), own, classes));
            }
        }

        if (images.Count == 0)
        {
            throw new CocoFormatException($"{path}: no picture has an object: there is nothing to learn.");
        }

        var missing = images.Where(image => !File.Exists(image.Path)).ToArray();
        return missing.Length == 0
            ? new TrainingSet(images, dataset.Categories)
            : throw new CocoFormatException(
                $"{path}: {missing.Length} of {images.Count} pictures are missing, the first is {missing[0].Path}; "
                    + "name the folder of the images.");
    }

    private static void Check(CocoObject item, CocoImage image, string path, bool needsMasks)
    {
        var (box, size) = (item.Box, image.Size);
        var isOutside = box.X >= size.Width || box.Y >= size.Height || box.X + box.Width <= 0 || box.Y + box.Height <= 0;
        var problem = isOutside ? $"its box lies outside the picture ({image.Size})"
            : needsMasks && item.Outline is null ? "it has no 'segmentation', which MODEL.MASK_ON needs"
            : null;
        if (problem is not null)
        {
            throw new CocoFormatException($"{path}: annotation {item.Id} of {image.FileName}: {problem}.");
        }
    }
}
