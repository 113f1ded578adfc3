using Streaming.Model.Structures;
using static TorchSharp.torch;

namespace Streaming.Model.Ops;

/// <summary>
/// ROIAlign (He et al. 2017) in the aligned form that detectron2 calls ROIAlignV2, over several feature maps at once.
/// </summary>
internal static class RoiAlign
{
    /// <summary>
    /// Pools each region to (C, resolution, resolution).
    /// </summary>
    /// <param name="levels">Feature maps (N, C, H, W) of one C, N and type.</param>
    /// <param name="scales">For each map its pixels per input pixel, for example 1/4.</param>
    /// <param name="rois">The regions.</param>
    /// <param name="resolution">Bins per side.</param>
    /// <param name="samplingRatio">Samples per bin and axis; 0 takes ceil(side / resolution), different for each region.</param>
    /// <returns>
    /// (R, C, resolution, resolution) in the order of the regions, of the maps' type (sums are float32), owned by the caller.
    /// </returns>
    public delegate Tensor Kernel(
        IReadOnlyList<Tensor> levels, IReadOnlyList<double> scales, RoiBatch rois, int resolution, int samplingRatio);

    /// <summary>The plain form after torchvision's roi_align, sample by sample, to be read and to check the others by.</summary>
    public static Tensor Reference(
        IReadOnlyList<Tensor> levels, IReadOnlyList<double> scales, RoiBatch rois, int resolution, int samplingRatio)
    {
        using var scope = NewDisposeScope();
        var maps = levels.Select(level => MixedPrecision.Full(level).ToArray<float>()).ToArray();
        var channels = (int)levels[0].size(1);
        var output = new float[rois.Count * channels * resolution * resolution];
        var at = 0;
        for (var r = 0; r < rois.Count; r++)
        {
            var level = rois.Levels[r];
            var (height, width) = ((int)levels[level].size(2), (int)levels[level].size(3));
            var scale = (float)scales[level];
            var (startX, startY) = ((rois.Boxes[r].X0 * scale) - 0.5f, (rois.Boxes[r].Y0 * scale) - 0.5f);
            var (roiWidth, roiHeight) = ((rois.Boxes[r].X1 * scale) - 0.5f - startX, (rois.Boxes[r].Y1 * scale) - 0.5f - startY);
            var (binWidth, binHeight) = (roiWidth / resolution, roiHeight / resolution);
            var gridY = samplingRatio > 0 ? samplingRatio : (int)MathF.Ceiling(roiHeight / resolution);
            var gridX = samplingRatio > 0 ? samplingRatio : (int)MathF.Ceiling(roiWidth / resolution);
            var samples = Math.Max(gridX * gridY, 1);
            for (var c = 0; c < channels; c++)
            {
                var map = maps[level].AsSpan(((rois.Images[r] * channels) + c) * height * width, height * width);
                for (var bin = 0; bin < resolution * resolution; bin++)
                {
                    var sum = 0f;
                    for (var iy = 0; iy < gridY; iy++)
                    {
                        var y = startY + (bin / resolution * binHeight) + ((iy + 0.5f) * binHeight / gridY);
                        for (var ix = 0; ix < gridX; ix++)
                        {
                            var x = startX + (bin % resolution * binWidth) + ((ix + 0.5f) * binWidth / gridX);
                            sum += Bilinear(map, height, width, y, x);
                        }
                    }

                    output[at++] = sum / samples;
                }
            }
        }

        return from_array(output).reshape(rois.Count, channels, resolution, resolution)
            .to(levels[0].dtype, levels[0].device, copy: true).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The CPU kernel: channels side by side, so that each weighted sum runs over long vectors; regions in parallel.
    /// </summary>
    public static Tensor FastCpu(
        IReadOnlyList<Tensor> levels, IReadOnlyList<double> scales, RoiBatch rois, int resolution, int samplingRatio)
    {
        using var scope = NewDisposeScope();
        var channels = (int)levels[0].size(1);
        if (levels[0].dtype is not (ScalarType.Float32 or ScalarType.BFloat16))
        {
            var wide = FastCpu([.. levels.Select(MixedPrecision.Full)], scales, rois, resolution, samplingRatio);
            return wide.to(levels[0].dtype).MoveToOuterDisposeScope();
        }

        var nhwc = levels.Select(level => level.permute(0, 2, 3, 1).contiguous()).ToArray();
        var output = empty([rois.Count, resolution, resolution, channels], dtype: levels[0].dtype);
        var (maps, pooled) = (nhwc.Select(map => map.Address()).ToArray(), output.Address());
        var isNarrow = levels[0].dtype == ScalarType.BFloat16;
        var sizes = nhwc.Select(map => new ImageSize((int)map.size(1), (int)map.size(2))).ToArray();
        Parallel.For(0, rois.Count, () => new Scratch(), (r, _, scratch) =>
        {
            var level = rois.Levels[r];
            var box = rois.Boxes[r];
            scratch.Rows.Set(box.Y0, box.Y1, (float)scales[level], resolution, samplingRatio, sizes[level].Height);
            scratch.Columns.Set(box.X0, box.X1, (float)scales[level], resolution, samplingRatio, sizes[level].Width);
            scratch.IsNarrow = isNarrow;
            Pool(maps[level], sizes[level], rois.Images[r], channels, resolution, scratch, pooled, r);
            return scratch;
        }, _ => { });
        return output.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>Both sums for one region: first down each bin's rows for all columns at once, then along the columns.</summary>
    private static unsafe void Pool(
        nint map, ImageSize size, int image, int channels, int resolution, Scratch scratch, nint output, int roi)
    {
        var bins = resolution * resolution * channels;
        var pooled = scratch.IsNarrow ? scratch.Bins(bins) : new Span<float>((float*)output + ((long)roi * bins), bins);
        pooled.Clear();
        var (left, right) = scratch.Columns.Range;
        var strip = scratch.Strip((right - left) * channels);
        for (var by = 0; by < resolution && strip.Length > 0; by++)
        {
            var rowWeights = scratch.Rows.Weights(by);
            if (rowWeights.Length == 0)
            {
                continue;
            }

            var row = ((long)image * size.Height) + scratch.Rows.First(by);
            var start = ((row * size.Width) + left) * channels;
            if (scratch.IsNarrow)
            {
                WeightedSum.Of((ushort*)map + start, size.Width * channels, rowWeights, strip);
            }
            else
            {
                WeightedSum.Of((float*)map + start, size.Width * channels, rowWeights, strip);
            }

            for (var bx = 0; bx < resolution; bx++)
            {
                var bin = pooled.Slice(((by * resolution) + bx) * channels, channels);
                var columnWeights = scratch.Columns.Weights(bx);
                if (columnWeights.Length > 0)
                {
                    fixed (float* pixels = strip)
                    {
                        WeightedSum.Of(pixels + ((scratch.Columns.First(bx) - left) * channels), channels, columnWeights, bin);
                    }
                }
            }
        }

        if (scratch.IsNarrow)
        {
            MixedPrecision.Round(pooled, new Span<ushort>((ushort*)output + ((long)roi * bins), bins));
        }
    }

    /// <summary>
    /// torchvision's bilinear_interpolate: outside by more than a pixel counts as 0, otherwise the border continues.
    /// </summary>
    private static float Bilinear(ReadOnlySpan<float> map, int height, int width, float y, float x)
    {
        if (y < -1 || y > height || x < -1 || x > width)
        {
            return 0;
        }

        var (top, bottom, lowerShare) = Neighbours(y, height);
        var (left, right, rightShare) = Neighbours(x, width);
        return ((1 - lowerShare) * (1 - rightShare) * map[(top * width) + left])
            + ((1 - lowerShare) * rightShare * map[(top * width) + right])
            + (lowerShare * (1 - rightShare) * map[(bottom * width) + left])
            + (lowerShare * rightShare * map[(bottom * width) + right]);
    }

    private static (int Low, int High, float HighShare) Neighbours(float at, int size)
    {
        at = Math.Max(at, 0);
        var low = (int)at;
        return low >= size - 1 ? (size - 1, size - 1, 0) : (low, low + 1, at - low);
    }

    /// <summary>What one thread needs, reused from region to region.</summary>
    private sealed class Scratch
    {
        private float[] _strip = [];
        private float[] _bins = [];

        /// <summary>Whether maps are bfloat16.</summary>
        public bool IsNarrow { get; set; }

        public BilinearBins Rows { get; } = new();

        public BilinearBins Columns { get; } = new();

        /// <summary>For the pixels of all columns, down one bin.</summary>
        public Span<float> Strip(int length)
        {
            return Of(ref _strip, length);
        }

        /// <summary>For the sums of a region whose result is bfloat16.</summary>
        public Span<float> Bins(int length)
        {
            return Of(ref _bins, length);
        }

        private static Span<float> Of(ref float[] numbers, int length)
        {
            if (numbers.Length < length)
            {
                numbers = new float[length];
            }

            return numbers.AsSpan(0, length);
        }
    }
}
