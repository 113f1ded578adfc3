using Streaming.Model.Structures;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Streaming.Model.Ops;

/// <summary>
/// The gradient of ROIAlign with respect to the feature maps: the two weighted sums of <see cref="RoiAlign"/> run backwards.
/// </summary>
internal static class RoiAlignGradient
{
    /// <summary>Spreads the gradient of each bin over the pixels that it was made of.</summary>
    /// <param name="gradient">(R, C, resolution, resolution).</param>
    /// <param name="shapes">Of the feature maps, each (N, C, H, W).</param>
    /// <param name="scales">For each map its pixels per input pixel.</param>
    /// <param name="rois">The regions.</param>
    /// <param name="resolution">Bins per side.</param>
    /// <param name="samplingRatio">As in the forward pass.</param>
    /// <returns>A gradient for each map, owned by the caller.</returns>
    public static Tensor[] Of(
        Tensor gradient,
        IReadOnlyList<long[]> shapes,
        IReadOnlyList<double> scales,
        RoiBatch rois,
        int resolution,
        int samplingRatio)
    {
        using var scope = NewDisposeScope();
        var channels = (int)shapes[0][1];
        var bins = gradient.permute(0, 2, 3, 1).contiguous();
        Tensor[] maps = [.. shapes.Select(shape => zeros(shape[0], shape[2], shape[3], shape[1]))];
        var (source, targets) = (bins.Address(), maps.Select(map => map.Address()).ToArray());

        // Regions of one map and image write to the same pixels: one thread takes them, in their order, so that sums come out the
        // same each time.
        var groups = Enumerable.Range(0, rois.Count).GroupBy(r => (Level: rois.Levels[r], Image: rois.Images[r])).ToArray();
        Parallel.ForEach(groups, group =>
        {
            var (rows, columns) = (new BilinearBins(), new BilinearBins());
            var level = group.Key.Level;
            var size = new ImageSize((int)shapes[level][2], (int)shapes[level][3]);
            var strip = new float[size.Width * channels];
            foreach (var r in group)
            {
                var box = rois.Boxes[r];
                rows.Set(box.Y0, box.Y1, (float)scales[level], resolution, samplingRatio, size.Height);
                columns.Set(box.X0, box.X1, (float)scales[level], resolution, samplingRatio, size.Width);
                Spread(source, r, channels, resolution, rows, columns, strip, targets[level], size, group.Key.Image);
            }
        });
        return [.. maps.Select(map => map.permute(0, 3, 1, 2).MoveToOuterDisposeScope())];
    }

    private static unsafe void Spread(
        nint source,
        int roi,
        int channels,
        int resolution,
        BilinearBins rows,
        BilinearBins columns,
        float[] scratch,
        nint target,
        ImageSize size,
        int image)
    {
        var bins = resolution * resolution * channels;
        var gradient = new ReadOnlySpan<float>((float*)source + ((long)roi * bins), bins);
        var (left, right) = columns.Range;
        var strip = scratch.AsSpan(0, (right - left) * channels);
        for (var by = 0; by < resolution && strip.Length > 0; by++)
        {
            var rowWeights = rows.Weights(by);
            if (rowWeights.Length == 0)
            {
                continue;
            }

            strip.Clear();
            for (var bx = 0; bx < resolution; bx++)
            {
                var bin = gradient.Slice(((by * resolution) + bx) * channels, channels);
                var columnWeights = columns.Weights(bx);
                for (var i = 0; i < columnWeights.Length; i++)
                {
                    var pixel = strip.Slice((columns.First(bx) - left + i) * channels, channels);
                    TensorPrimitives.MultiplyAdd(bin, columnWeights[i], pixel, pixel);
                }
            }

            for (var i = 0; i < rowWeights.Length; i++)
            {
                var row = ((long)image * size.Height) + rows.First(by) + i;
                var pixels = new Span<float>((float*)target + (((row * size.Width) + left) * channels), strip.Length);
                TensorPrimitives.MultiplyAdd(strip, rowWeights[i], pixels, pixels);
            }
        }
    }
}
