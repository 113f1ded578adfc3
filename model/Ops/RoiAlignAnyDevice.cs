using static TorchSharp.torch;

namespace Streaming.Model.Ops;

/// <summary>
/// ROIAlign on any device, with gradient: its two weighted sums (<see cref="BilinearBins"/>) as matrix products of many regions
/// at once. The weights are made on the host; regions of like size are cut out of a map together, padded with pixels of weight 0.
/// </summary>
internal static class RoiAlignAnyDevice
{
    /// <summary>Numbers that are cut out at a time: 128 MiB.</summary>
    private const long MaxCut = 32 << 20;

    /// <summary>A <see cref="RoiAlign.Kernel"/>.</summary>
    public static Tensor Pool(
        IReadOnlyList<Tensor> levels, IReadOnlyList<double> scales, RoiBatch rois, int resolution, int samplingRatio)
    {
        using var scope = NewDisposeScope();
        var channels = levels[0].size(1);
        var maps = levels.Select(level => MixedPrecision.Full(level).permute(0, 2, 3, 1)).ToArray();
        Region[] regions =
        [
            .. Enumerable.Range(0, rois.Count)
                .Select(r => new Region(r, rois, scales, maps[rois.Levels[r]], resolution, samplingRatio))
                .OrderBy(region => region.Level).ThenBy(region => region.Height).ThenBy(region => region.Width),
        ];
        var pooled = new List<Tensor>();
        for (var start = 0; start < regions.Length;)
        {
            var chunk = Chunk(regions.AsSpan(start), channels);
            pooled.Add(Pool(maps[chunk[0].Level], chunk, resolution));
            start += chunk.Length;
        }

        if (pooled.Count == 0)
        {
            return zeros([0, channels, resolution, resolution], levels[0].dtype, levels[0].device).MoveToOuterDisposeScope();
        }

        var place = new long[regions.Length];
        for (var i = 0; i < place.Length; i++)
        {
            place[regions[i].Index] = i;
        }

        var inOrder = cat(pooled).index_select(0, tensor(place, device: levels[0].device));
        return inOrder.permute(0, 3, 1, 2).to(levels[0].dtype).MoveToOuterDisposeScope();
    }

    /// <summary>As many regions of one level as may be cut out together, at least one.</summary>
    private static Region[] Chunk(ReadOnlySpan<Region> regions, long channels)
    {
        var (height, width, count) = (0, 0, 0);
        while (count < regions.Length && regions[count].Level == regions[0].Level)
        {
            (height, width) = (Math.Max(height, regions[count].Height), Math.Max(width, regions[count].Width));
            if (count > 0 && (count + 1) * height * width * channels > MaxCut)
            {
                break;
            }

            count++;
        }

        return regions[..count].ToArray();
    }

    /// <summary>A map (N, H, W, C) to (n, resolution, resolution, C).</summary>
    private static Tensor Pool(Tensor map, Region[] regions, int resolution)
    {
        using var scope = NewDisposeScope();
        var (height, width, channels) = (regions.Max(region => region.Height), regions.Max(region => region.Width), map.size(3));
        var (rows, columns) = (new long[regions.Length * height], new long[regions.Length * width]);
        var (down, across) = (new float[regions.Length * resolution * height], new float[regions.Length * resolution * width]);
        for (var i = 0; i < regions.Length; i++)
        {
            regions[i].FillRows(
                rows.AsSpan(i * height, height), down.AsSpan(i * resolution * height), (int)map.size(1), (int)map.size(2));
            regions[i].FillColumns(columns.AsSpan(i * width, width), across.AsSpan(i * resolution * width), (int)map.size(2));
        }

        var firsts = tensor(rows, [regions.Length, height, 1], device: map.device);
        var index = firsts.Plus(tensor(columns, [regions.Length, 1, width], device: map.device));
        var cut = map.reshape(-1, channels).index_select(0, index.flatten()).reshape(regions.Length, height, width * channels);
        var strips = tensor(down, [regions.Length, resolution, height], device: map.device).bmm(cut)
            .reshape(regions.Length, resolution, width, channels);
        var weights = tensor(across, [regions.Length, 1, resolution, width], device: map.device);
        return weights.matmul(strips).MoveToOuterDisposeScope();
    }

    /// <summary>The pixels that a region needs, and with what weights.</summary>
    private sealed class Region
    {
        private readonly BilinearBins _rows = new();
        private readonly BilinearBins _columns = new();
        private readonly int _image;
        private readonly int _bins;

        public Region(int index, RoiBatch rois, IReadOnlyList<double> scales, Tensor map, int bins, int samplingRatio)
        {
            (Index, Level, _image, _bins) = (index, rois.Levels[index], rois.Images[index], bins);
            var (box, scale) = (rois.Boxes[index], (float)scales[Level]);
            _rows.Set(box.Y0, box.Y1, scale, bins, samplingRatio, (int)map.size(1));
            _columns.Set(box.X0, box.X1, scale, bins, samplingRatio, (int)map.size(2));
        }

        /// <summary>Its place among all regions.</summary>
        public int Index { get; }

        /// <summary>The map that it is on.</summary>
        public int Level { get; }

        /// <summary>Rows of pixels; at least one, which may have no weight.</summary>
        public int Height => Math.Max(_rows.Range.End - _rows.Range.Start, 1);

        /// <summary>Columns of pixels; at least one, which may have no weight.</summary>
        public int Width => Math.Max(_columns.Range.End - _columns.Range.Start, 1);

        /// <summary>Each row's first pixel in the map of all images, and the weights (bins, rows).</summary>
        public void FillRows(Span<long> pixels, Span<float> weights, int mapHeight, int mapWidth)
        {
            Fill(_rows, pixels.Length, weights);
            for (var i = 0; i < pixels.Length; i++)
            {
                pixels[i] = (((long)_image * mapHeight) + Math.Min(_rows.Range.Start + i, mapHeight - 1)) * mapWidth;
            }
        }

        /// <summary>Each column, and the weights (bins, columns).</summary>
        public void FillColumns(Span<long> pixels, Span<float> weights, int mapWidth)
        {
            Fill(_columns, pixels.Length, weights);
            for (var i = 0; i < pixels.Length; i++)
            {
                pixels[i] = Math.Min(_columns.Range.Start + i, mapWidth - 1);
            }
        }

        private void Fill(BilinearBins axis, int length, Span<float> weights)
        {
            for (var bin = 0; bin < _bins; bin++)
            {
                var from = axis.Weights(bin);
                if (from.Length > 0)
                {
                    from.CopyTo(weights[((bin * length) + axis.First(bin) - axis.Range.Start)..]);
                }
            }
        }
    }
}
