using Streaming.Config.Detectron;
using Streaming.Model.Structures;

namespace Streaming.Model.Ops;

/// <summary>detectron2's ResizeShortestEdge: which size a picture gets before the network sees it.</summary>
internal static class ResizeShortestEdge
{
    /// <summary>
    /// The short edge becomes <paramref name="shortEdge"/>, unless the long edge would exceed <paramref name="maxSize"/>: then
    /// that one decides. float64 throughout, rounded by adding a half and cutting off
    /// (so a side of a very narrow picture may become 0, as in detectron2, which then fails).
    /// </summary>
    /// <param name="size">The picture's size.</param>
    /// <param name="shortEdge">In pixels; 0 leaves the size as it is.</param>
    /// <param name="maxSize">In pixels.</param>
    public static ImageSize OutputSize(ImageSize size, int shortEdge, int maxSize)
    {
        if (shortEdge == 0)
        {
            return size;
        }

        var scale = (double)shortEdge / Math.Min(size.Height, size.Width);
        var (height, width) = size.Height < size.Width
            ? (shortEdge, scale * size.Width)
            : (scale * size.Height, (double)shortEdge);
        if (Math.Max(height, width) > maxSize)
        {
            var shrink = maxSize / Math.Max(height, width);
            (height, width) = (height * shrink, width * shrink);
        }

        return new ImageSize((int)(height + 0.5), (int)(width + 0.5));
    }

    /// <summary>Resizes a picture for the network; the result is the caller's.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="input">The sizes.</param>
    /// <param name="divisibility">Of the padded size.</param>
    public static PreprocessedImage Preprocess(ImageView image, InputConfig input, int divisibility)
    {
        var (height, width) = OutputSize(image.Size, input.MinSize, input.MaxSize);
        var size = new ImageSize(Math.Max(height, 1), Math.Max(width, 1));
        var preprocessed = new PreprocessedImage(size, image.Size, ImageList.PaddedSize([size], divisibility));
        PillowResize.Resize(image, preprocessed.Pixels, preprocessed.Size);
        return preprocessed;
    }
}
