using System.Text;

namespace Streaming.Model.Weights;

/// <summary>
/// Weights by a formula instead of training: each number is a hash of the seed, the tensor's name and its index, scaled so
/// that activations stay bounded and detections of every size and class come out. They mean nothing, but they are the same
/// everywhere, which makes them good for benchmarks and for comparing implementations.
/// </summary>
internal sealed class SyntheticWeights
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>A row: names that contain <c>Part</c> and end with <c>End</c> lie between Low and High, or have a gain.</summary>
    private sealed record Row(string Part, string End, double Low, double High, double? Gain = null)
    {
        public static Row OfGain(string part, string end, double gain)
        {
            return new Row(part, end, 0, 0, gain);
        }
    }

    private static readonly Row[] Full =
    [
        new("bottom_up.", ".norm.weight", 0.5, 1.5),
        new("bottom_up.", ".norm.bias", -0.4, 0.1),
        new("bottom_up.", ".norm.running_mean", -0.2, 0.2),
        new("bottom_up.", ".norm.running_var", 0.5, 1.5),
        Row.OfGain("bottom_up.stem.", "conv1.weight", 0.03),
        Row.OfGain("bottom_up.", "shortcut.weight", 0.7),
        Row.OfGain("bottom_up.", "conv1.weight", 1.4),
        Row.OfGain("bottom_up.", "conv2.weight", 1.4),
        Row.OfGain("bottom_up.", "conv3.weight", 0.7),
        Row.OfGain("fpn_lateral5.", ".weight", 0.3),
        Row.OfGain("fpn_lateral4.", ".weight", 0.2),
        Row.OfGain("fpn_lateral", ".weight", 0.2),
        Row.OfGain("fpn_output5.", ".weight", 1.3),
        Row.OfGain("fpn_output4.", ".weight", 1.0),
        Row.OfGain("fpn_output", ".weight", 0.8),
        Row.OfGain("rpn_head.conv.", ".weight", 1.4),
        new("rpn_head.conv.", ".bias", -1.0, 0.5),
        Row.OfGain("rpn_head.objectness_logits.", ".weight", 2.0),
        Row.OfGain("rpn_head.anchor_deltas.", ".weight", 0.12),
        new("rpn_head.anchor_deltas.", ".bias", 0.3, 0.5),
        Row.OfGain("box_head.fc", ".weight", 1.4),
        new("box_head.fc1.", ".bias", -4.0, -3.0),
        new("box_head.fc2.", ".bias", -1.5, -0.5),
        Row.OfGain("box_predictor.cls_score.", ".weight", 12.0),
        Row.OfGain("box_predictor.bbox_pred.", ".weight", 5.0),
        Row.OfGain("mask_head.mask_fcn", ".weight", 1.4),
        new("mask_head.mask_fcn", ".bias", -0.8, 0.0),
        Row.OfGain("mask_head.deconv.", ".weight", 1.4),
        Row.OfGain("mask_head.predictor.", ".weight", 2.0),
        new("", ".bias", -0.05, 0.05),
    ];

    private static readonly Row[] Tiny =
    [
        new("bottom_up.", ".norm.bias", -0.3, 0.2),
        Row.OfGain("bottom_up.", "conv3.weight", 0.8),
        Row.OfGain("fpn_lateral", ".weight", 0.15),
        Row.OfGain("fpn_output", ".weight", 1.0),
        new("rpn_head.conv.", ".bias", -0.5, 0.0),
        new("box_head.fc1.", ".bias", -4.0, -1.0),
        new("box_head.fc2.", ".bias", -1.5, -0.5),
        Row.OfGain("box_predictor.cls_score.", ".weight", 10.0),
        Row.OfGain("box_predictor.bbox_pred.", ".weight", 8.0),
        new("mask_head.mask_fcn", ".bias", -0.2, 0.1),
        Row.OfGain("mask_head.predictor.", ".weight", 3.0),
        .. Full,
    ];

    private readonly string _seed;
    private readonly Row[] _rows;
    private readonly float _backgroundBias;

    /// <param name="seed">Any text.</param>
    /// <param name="table">"full" suits R50-FPN's widths, "tiny" a network of few channels.</param>
    public SyntheticWeights(string seed, string table = "full")
    {
        (_seed, _rows, _backgroundBias) = table switch
        {
            "full" => (seed, Full, 10f),
            "tiny" => (seed, Tiny, 5f),
            _ => throw new ModelLoadException($"synthetic:{seed}:{table}: there is no table '{table}'; supported: full, tiny."),
        };
    }

    /// <summary>Fills in the tensor called <paramref name="name"/>, in row-major order.</summary>
    public void Fill(string name, ReadOnlySpan<long> shape, Span<float> numbers)
    {
        var (low, high) = Range(name, shape);
        var hash = Hash(name);
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (float)(low + ((high - low) * Unit(hash, i)));
        }

        if (name == "roi_heads.box_predictor.cls_score.bias")
        {
            numbers[^1] = _backgroundBias;
        }
    }

    /// <summary>The number of a tensor before scaling, 0 to below 1.</summary>
    public double Unit(string name, int index)
    {
        return Unit(Hash(name), index);
    }

    /// <summary>FNV-1a, 64 bit, of seed and name.</summary>
    public ulong Hash(string name)
    {
        var hash = 14695981039346656037;
        foreach (var b in Encoding.UTF8.GetBytes($"{_seed}:{name}"))
        {
            hash = (hash ^ b) * 1099511628211;
        }

        return hash;
    }

    /// <summary>Between which bounds a tensor's numbers lie.</summary>
    public (double Low, double High) Range(string name, ReadOnlySpan<long> shape)
    {
        var row = Array.Find(
            _rows, row => name.Contains(row.Part, StringComparison.Ordinal) && name.EndsWith(row.End, StringComparison.Ordinal));
        if (row is null)
        {
            // Batch norm's counter of batches and the like.
            return (0, 0);
        }

        if (row.Gain is not { } gain)
        {
            return (row.Low, row.High);
        }

        // (out, in, kh, kw) and (out, in) have in * kh * kw inputs; the transposed convolution is (in, out, 2, 2).
        var fanIn = 1L;
        foreach (var side in name.EndsWith("mask_head.deconv.weight", StringComparison.Ordinal) ? shape[..1] : shape[1..])
        {
            fanIn *= side;
        }

        var bound = gain * Math.Sqrt(3.0 / fanIn);
        return (-bound, bound);
    }

    /// <summary>SplitMix64 of the index, its upper 24 bits as a fraction.</summary>
    private static double Unit(ulong hash, int index)
    {
        var z = hash + ((ulong)(index + 1) * Golden);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        z ^= z >> 31;
        return (z >> 40) * (1.0 / (1 << 24));
    }
}
