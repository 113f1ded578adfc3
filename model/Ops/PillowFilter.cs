namespace Streaming.Model.Ops;

/// <summary>
/// Pillow's bilinear filter along one axis: which input pixels each output pixel sums, and with what weights, in fixed point
/// (Pillow, src/libImaging/Resample.c).
/// </summary>
internal sealed class PillowFilter
{
    /// <summary>Bits of a weight behind the point.</summary>
    public const int FractionBits = 22;

    /// <summary>Bits of a weight's lower part in <see cref="Halves"/>.</summary>
    public const int LowBits = 11;

    /// <summary>Weights of a group in <see cref="Halves"/>.</summary>
    public const int GroupSize = 4;

    private readonly int[] _first;
    private readonly int[] _count;
    private readonly int[] _weights;
    private readonly Lazy<short[]> _halves;

    public PillowFilter(int input, int output)
    {
        var scale = (double)input / output;
        var support = Math.Max(scale, 1);
        MaxTaps = ((int)Math.Ceiling(support) * 2) + 1;
        (_first, _count, _weights) = (new int[output], new int[output], new int[output * MaxTaps]);
        Span<double> weights = stackalloc double[MaxTaps <= 256 ? MaxTaps : 0];
        weights = weights.IsEmpty ? new double[MaxTaps] : weights;
        for (var i = 0; i < output; i++)
        {
            var center = (i + 0.5) * scale;
            var first = Math.Max((int)(center - support + 0.5), 0);
            var end = Math.Min((int)(center + support + 0.5), input);
            var sum = 0.0;
            for (var x = first; x < end; x++)
            {
                weights[x - first] = Math.Max(0, 1 - Math.Abs((x - center + 0.5) * (1 / support)));
                sum += weights[x - first];
            }

            for (var x = 0; x < end - first; x++)
            {
                _weights[(i * MaxTaps) + x] = (int)((weights[x] / sum * (1 << FractionBits)) + 0.5);
            }

            (_first[i], _count[i]) = (first, end - first);
        }

        Groups = (_count.Max() + GroupSize - 1) / GroupSize;
        _halves = new(Split);
    }

    /// <summary>No output pixel sums more than so many.</summary>
    public int MaxTaps { get; }

    /// <summary>The first input pixel of an output pixel.</summary>
    public int First(int output)
    {
        return _first[output];
    }

    /// <summary>The weights of the first input pixel and those behind it.</summary>
    public ReadOnlySpan<int> Weights(int output)
    {
        return _weights.AsSpan(output * MaxTaps, _count[output]);
    }

    /// <summary>The first input pixel of each output pixel.</summary>
    public ReadOnlySpan<int> Firsts => _first;

    /// <summary>Groups of four input pixels for each output pixel in <see cref="Halves"/>.</summary>
    public int Groups { get; }

    /// <summary>
    /// The same weights as two numbers each that fit 16 bits, upper * 2^11 + lower: for each group of four input pixels four
    /// uppers, then four lowers. All output pixels have equally many groups; what is beyond an output pixel's last input pixel is
    /// 0.
    /// </summary>
    public ReadOnlySpan<short> Halves => _halves.Value;

    private short[] Split()
    {
        var halves = new short[_first.Length * Groups * 2 * GroupSize];
        for (var i = 0; i < _first.Length; i++)
        {
            var weights = Weights(i);
            for (var tap = 0; tap < weights.Length; tap++)
            {
                var at = (((i * Groups) + (tap / GroupSize)) * 2 * GroupSize) + (tap % GroupSize);
                (halves[at], halves[at + GroupSize]) = (
                    (short)(weights[tap] >> LowBits), (short)(weights[tap] & ((1 << LowBits) - 1)));
            }
        }

        return halves;
    }
}
