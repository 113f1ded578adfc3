using Streaming.Config.Detectron;
using Streaming.Model.Structures;
using Streaming.Training.Evaluation;

namespace Streaming.Training.Data;

/// <summary>A picture as the network learns from it.</summary>
/// <param name="Name">Of its file, for messages.</param>
/// <param name="Pixels">Rows of B, G, R.</param>
/// <param name="Size">In pixels.</param>
/// <param name="Truth">What is in it.</param>
internal sealed record TrainingSample(string Name, byte[] Pixels, ImageSize Size, GroundTruth Truth);

/// <summary>Reads a picture, changes it by chance and its objects along with it (detectron2's DatasetMapper).</summary>
/// <param name="reader">Decodes.</param>
/// <param name="config">What chance may do.</param>
/// <param name="needsMasks">Whether the network has masks.</param>
internal sealed class DatasetMapper(PictureReader reader, AugmentationConfig config, bool needsMasks)
{
    /// <summary>Sides up to this, in pixels, count as none.</summary>
    private const float Nothing = 1e-5f;

    /// <summary>Makes a sample.</summary>
    public TrainingSample Map(TrainingImage image, Random random)
    {
        var (pixels, size) = reader(image.Path);
        if (size != image.Image.Size)
        {
            throw new CocoFormatException($"{image.Path}: is {size}, the data set says {image.Image.Size}.");
        }

        var transform = Transform.Choose(size, config, random);
        return new TrainingSample(image.Image.FileName, transform.Apply(pixels, size), transform.Size, Map(image, transform));
    }

    private GroundTruth Map(TrainingImage image, Transform transform)
    {
        var (boxes, classes, masks) = (new List<Box>(), new List<int>(), new List<InstanceMask>());
        for (var i = 0; i < image.Objects.Length; i++)
        {
            var mask = needsMasks ? Map(image.Objects[i].Outline!, transform) : null;
            // What a crop has cut off is no longer in the box.
            var box = mask is not null && config.Crop != CropKind.None ? mask.Bounds() : Map(image.Objects[i].Box, transform);
            if (box.IsNonEmpty(Nothing) && mask?.Bounds().IsNonEmpty() != false)
            {
                boxes.Add(box);
                classes.Add(image.Classes[i]);
                if (mask is not null)
                {
                    masks.Add(mask);
                }
            }
        }

        return new GroundTruth([.. boxes], [.. classes], [.. masks]);
    }

    private static Box Map(CocoBox box, Transform transform)
    {
        var (x0, y0) = transform.Apply(box.X, box.Y);
        var (x1, y1) = transform.Apply(box.X + box.Width, box.Y + box.Height);
        var mapped = new Box((float)Math.Min(x0, x1), (float)Math.Min(y0, y1), (float)Math.Max(x0, x1), (float)Math.Max(y0, y1));
        return mapped.ClipTo(transform.Size);
    }

    private InstanceMask Map(CocoOutline outline, Transform transform)
    {
        if (config.UsesBitmaps || outline.Polygons is null)
        {
            return new BitmapMask(transform.ApplyToMask(outline.Mask.Decode(), outline.Mask.Size), transform.Size);
        }

        var moved = outline.Polygons.Select(polygon =>
        {
            var points = new double[polygon.Length];
            for (var i = 0; i < polygon.Length; i += 2)
            {
                (points[i], points[i + 1]) = transform.Apply(polygon[i], polygon[i + 1]);
            }

            return config.Crop == CropKind.None ? points : PolygonClipping.Clip(points, transform.Size);
        });
        return new PolygonMask([.. moved.Where(points => points.Length >= 6)]);
    }
}
