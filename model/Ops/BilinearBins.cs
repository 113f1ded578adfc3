namespace Streaming.Model.Ops;

/// <summary>
/// What ROIAlign does along one axis, as weights. Its samples form a regular grid and bilinear interpolation is a product
/// of both axes, so that a bin is (rows' weights) x (columns' weights): pooling becomes two short weighted sums.
/// </summary>
internal sealed class BilinearBins
{
    private int[] _first = [];
    private int[] _count = [];
    private float[] _weights = [];
    private int _capacity;

    /// <summary>First pixel that any bin uses, and one past the last; equal when the region lies outside.</summary>
    public (int Start, int End) Range { get; private set; }

    /// <summary>First pixel of a bin.</summary>
    public int First(int bin)
    {
        return _first[bin];
    }

    /// <summary>Weights of a bin's consecutive pixels, from <see cref="First"/> on; empty when no sample lies inside.</summary>
    public ReadOnlySpan<float> Weights(int bin)
    {
        return _weights.AsSpan(bin * _capacity, _count[bin]);
    }

    /// <summary>
    /// Sets the weights for a region from <paramref name="start"/> to <paramref name="end"/> in input pixels. The order of
    /// the float32 operations is torchvision's, so that samples at a border fall on the same side.
    /// </summary>
    /// <param name="start">Left or top edge.</param>
    /// <param name="end">Right or bottom edge.</param>
    /// <param name="scale">Feature pixels per input pixel.</param>
    /// <param name="bins">Bins along this axis.</param>
    /// <param name="samplingRatio">Samples per bin; 0 takes ceil(size / bins).</param>
    /// <param name="size">Pixels of the feature map along this axis.</param>
    public void Set(float start, float end, float scale, int bins, int samplingRatio, int size)
    {
        var from = (start * scale) - 0.5f;
        var extent = (end * scale) - 0.5f - from;
        var binSize = extent / bins;
        // A box of absurd size has no more distinct samples than a map a hundred times over can tell apart.
        var samples = samplingRatio > 0 ? samplingRatio : (int)Math.Clamp(MathF.Ceiling(extent / bins), 0, 1 << 20);
        Reserve(bins, binSize, size);
        Range = (size, 0);
        for (var bin = 0; bin < bins; bin++)
        {
            Fill(bin, from, binSize, samples, size);
        }

        if (Range.Start >= Range.End)
        {
            Range = (0, 0);
        }
    }

    private void Fill(int bin, float from, float binSize, int samples, int size)
    {
        var weights = _weights.AsSpan(bin * _capacity, _capacity);
        weights.Clear();

        // First which pixels the samples touch (a region of negative size is walked backwards), then their weights.
        var (first, end) = (size, 0);
        for (var i = 0; i < samples; i++)
        {
            if (Sample(i) is { IsInside: true } sample)
            {
                (first, end) = (Math.Min(first, sample.Low), Math.Max(end, sample.High + 1));
            }
        }

        for (var i = 0; i < samples; i++)
        {
            if (Sample(i) is { IsInside: true } sample)
            {
                weights[sample.Low - first] += (1 - sample.HighShare) / samples;
                weights[sample.High - first] += sample.HighShare / samples;
            }
        }

        _first[bin] = first;
        _count[bin] = Math.Max(end - first, 0);
        Range = (Math.Min(Range.Start, first), Math.Max(Range.End, end));

        // torchvision: more than a pixel outside counts as nothing, up to there the border continues.
        (bool IsInside, int Low, int High, float HighShare) Sample(int i)
        {
            var at = from + (bin * binSize) + ((i + 0.5f) * binSize / samples);
            var low = Math.Min((int)Math.Max(at, 0), size - 1);
            var isLast = low == size - 1;
            return (at >= -1 && at <= size, low, isLast ? low : low + 1, isLast ? 0 : Math.Max(at, 0) - low);
        }
    }

    private void Reserve(int bins, float binSize, int size)
    {
        _capacity = (int)Math.Min(MathF.Ceiling(Math.Abs(binSize)) + 3, size + 1);
        if (_first.Length < bins)
        {
            _first = new int[bins];
            _count = new int[bins];
        }

        if (_weights.Length < bins * _capacity)
        {
            _weights = new float[bins * _capacity];
        }
    }
}
