using static TorchSharp.torch;

namespace Streaming.Model.Structures;

/// <summary>
/// Puts images of different sizes into one batch, as detectron2's ImageList does: padding lies right and below.
/// </summary>
internal static class ImageList
{
    /// <summary>
    /// The common size of a batch: the largest height and width, rounded up to a multiple of <paramref name="divisibility"/>.
    /// </summary>
    public static ImageSize PaddedSize(IEnumerable<ImageSize> sizes, int divisibility)
    {
        var (height, width) = (0, 0);
        foreach (var size in sizes)
        {
            (height, width) = (Math.Max(height, size.Height), Math.Max(width, size.Width));
        }

        return new ImageSize(RoundUp(height, divisibility), RoundUp(width, divisibility));
    }

    /// <summary>
    /// One float32 tensor (N, 3, H, W) in channels-last memory out of <paramref name="images"/>, each (3, h, w) of any
    /// dtype: (pixel - mean) / std inside an image and 0 outside, so the padding equals the mean colour.
    /// </summary>
    /// <param name="images">The images; they are moved to <paramref name="device"/> in their own dtype.</param>
    /// <param name="mean">(3, 1, 1), or null to leave the values as they are.</param>
    /// <param name="std">(3, 1, 1), or null for 1.</param>
    /// <param name="divisibility">See <see cref="PaddedSize"/>.</param>
    /// <param name="device">Where the batch is made.</param>
    public static Tensor Batch(IReadOnlyList<Tensor> images, Tensor? mean, Tensor? std, int divisibility, Device device)
    {
        using var scope = NewDisposeScope();
        var size = PaddedSize(images.Select(image => new ImageSize((int)image.size(1), (int)image.size(2))), divisibility);
        var batch = zeros([images.Count, size.Height, size.Width, 3], ScalarType.Float32, device).permute(0, 3, 1, 2);
        for (var i = 0; i < images.Count; i++)
        {
            var inside = batch.select(0, i).narrow(1, 0, images[i].size(1)).narrow(2, 0, images[i].size(2));
            inside.copy_(images[i].to(device));
            if (mean is not null)
            {
                inside.sub_(mean);
            }

            if (std is not null)
            {
                inside.div_(std);
            }
        }

        return batch.MoveToOuterDisposeScope();
    }

    private static int RoundUp(int value, int multiple)
    {
        return (value + multiple - 1) / multiple * multiple;
    }
}
