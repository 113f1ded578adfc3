using System.Buffers;
using Streaming.Model.Structures;

namespace Streaming.Model.Masks;

/// <summary>
/// Brings a mask of a box (28x28 probabilities) to the image (detectron2's paste_masks_in_image): the box is stretched over
/// the mask, pixel centres are interpolated bilinearly with zeros outside, and a pixel is set from the threshold on.
/// </summary>
internal static class MaskPaster
{
    /// <summary>
    /// Pastes straight into run lengths. Only pixels near the box are computed, column by column, as the runs want them.
    /// </summary>
    /// <param name="mask">side x side probabilities in rows.</param>
    /// <param name="side">The mask's side.</param>
    /// <param name="box">Where the mask lies, in pixels of the image.</param>
    /// <param name="image">The image's size.</param>
    /// <param name="threshold">Pixels of at least this probability are set.</param>
    public static Rle PasteToRle(ReadOnlySpan<float> mask, int side, Box box, ImageSize image, float threshold = 0.5f)
    {
        var (left, top, right, bottom) = Extent(box, image);
        var counts = new List<uint>();
        var run = 0u;
        var isSet = false;
        if (right > left && bottom > top)
        {
            run = (uint)((long)left * image.Height);
            var rows = ArrayPool<Sample>.Shared.Rent(bottom - top);
            var column = ArrayPool<float>.Shared.Rent(side);
            for (var y = top; y < bottom; y++)
            {
                rows[y - top] = Sample.At(y, box.Y0, box.Y1, side);
            }

            for (var x = left; x < right; x++)
            {
                var across = Sample.At(x, box.X0, box.X1, side);
                for (var i = 0; i < side; i++)
                {
                    var row = mask.Slice(i * side, side);
                    column[i] = across.Mix(row);
                }

                Advance(false, (uint)top);
                for (var y = 0; y < bottom - top; y++)
                {
                    Advance(rows[y].Mix(column) >= threshold, 1);
                }

                Advance(false, (uint)(image.Height - bottom));
            }

            ArrayPool<Sample>.Shared.Return(rows);
            ArrayPool<float>.Shared.Return(column);
            Advance(false, (uint)((long)(image.Width - right) * image.Height));
        }
        else
        {
            run = (uint)((long)image.Width * image.Height);
        }

        counts.Add(run);
        return new Rle(image, counts);

        void Advance(bool pixel, uint length)
        {
            if (length == 0)
            {
                return;
            }

            if (pixel != isSet)
            {
                counts.Add(run);
                (run, isSet) = (0, pixel);
            }

            run += length;
        }
    }

    /// <summary>The plain form: the probability at every pixel of the image, after torch's grid_sample.</summary>
    /// <param name="mask">side x side probabilities in rows.</param>
    /// <param name="side">The mask's side.</param>
    /// <param name="box">Where the mask lies, in pixels of the image.</param>
    /// <param name="image">The image's size.</param>
    internal static float[] PasteSoft(ReadOnlySpan<float> mask, int side, Box box, ImageSize image)
    {
        var soft = new float[image.Height * image.Width];
        for (var y = 0; y < image.Height; y++)
        {
            var down = Sample.At(y, box.Y0, box.Y1, side);
            for (var x = 0; x < image.Width; x++)
            {
                var across = Sample.At(x, box.X0, box.X1, side);
                var above = down.IsLowInside ? across.Mix(mask.Slice(down.Low * side, side)) : 0;
                var below = down.IsHighInside ? across.Mix(mask.Slice((down.Low + 1) * side, side)) : 0;
                soft[(y * image.Width) + x] = (above * (1 - down.HighShare)) + (below * down.HighShare);
            }
        }

        return soft;
    }

    /// <summary>The pixels that detectron2's CPU path looks at: one more than the box on each side.</summary>
    private static (int Left, int Top, int Right, int Bottom) Extent(Box box, ImageSize image)
    {
        return (
            (int)Math.Clamp(MathF.Floor(box.X0) - 1, 0, image.Width),
            (int)Math.Clamp(MathF.Floor(box.Y0) - 1, 0, image.Height),
            (int)Math.Clamp(MathF.Ceiling(box.X1) + 1, 0, image.Width),
            (int)Math.Clamp(MathF.Ceiling(box.Y1) + 1, 0, image.Height));
    }

    /// <summary>Where a pixel's centre falls between two cells of the mask, along one axis.</summary>
    private readonly struct Sample
    {
        private Sample(int low, float highShare, int side)
        {
            (Low, HighShare, IsLowInside, IsHighInside) = (low, highShare, low >= 0 && low < side, low >= -1 && low + 1 < side);
        }

        public int Low { get; }

        public float HighShare { get; }

        public bool IsLowInside { get; }

        public bool IsHighInside { get; }

        /// <summary>The order of the float32 operations is detectron2's and grid_sample's, so that edges fall alike.</summary>
        public static Sample At(int pixel, float start, float end, int side)
        {
            var relative = ((pixel + 0.5f - start) / (end - start) * 2) - 1;
            var at = (((relative + 1) * side) - 1) / 2;
            if (!(at > -2 && at < side + 1))
            {
                return new Sample(-2, 0, side);
            }

            var low = (int)MathF.Floor(at);
            return new Sample(low, at - low, side);
        }

        /// <summary>Interpolates between two cells; what lies outside the mask is 0.</summary>
        public float Mix(ReadOnlySpan<float> cells)
        {
            return ((IsLowInside ? cells[Low] : 0) * (1 - HighShare)) + ((IsHighInside ? cells[Low + 1] : 0) * HighShare);
        }
    }
}
