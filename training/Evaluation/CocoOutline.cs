using Streaming.Model.Structures;

namespace Streaming.Training.Evaluation;

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
