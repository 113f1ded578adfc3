using System.Numerics;
using System.Runtime.InteropServices;
using Streaming.Model.Structures;

namespace Streaming.Model.Ops;

/// <summary>
/// Non-maximum suppression with torchvision's semantics: boxes are visited by falling score, the earlier one first among
/// equals, and a box goes when its IoU with a kept one is strictly above the threshold.
/// </summary>
internal static class Nms
{
    /// <summary>Up to so many boxes torchvision shifts the classes apart and runs once; above, class by class.</summary>
    private const int MaxShiftedBoxes = 1000;

    /// <summary>Plain NMS: finds which boxes stay. The indices come best score first.</summary>
    public delegate List<int> Kernel(ReadOnlySpan<Box> boxes, ReadOnlySpan<float> scores, double threshold);

    /// <summary>The plain form, to be read and to check the fast one by.</summary>
    public static List<int> Reference(ReadOnlySpan<Box> boxes, ReadOnlySpan<float> scores, double threshold)
    {
        var kept = new List<int>();
        foreach (var candidate in ByFallingScore(scores))
        {
            var isSuppressed = false;
            foreach (var better in kept)
            {
                // float32 divided, then compared in float64, as torchvision does.
                isSuppressed |= IoU(boxes[better], boxes[candidate]) > threshold;
            }

            if (!isSuppressed)
            {
                kept.Add(candidate);
            }
        }

        return kept;
    }

    /// <summary>
    /// The same with SIMD: each kept box is compared with a vector of later ones at a time, over coordinates that lie in
    /// separate arrays in score order.
    /// </summary>
    public static List<int> Fast(ReadOnlySpan<Box> boxes, ReadOnlySpan<float> scores, double threshold)
    {
        var n = boxes.Length;
        var order = ByFallingScore(scores);
        var lanes = Vector<float>.Count;
        var stride = n + lanes;
        var columns = new float[5 * stride];
        Span<float> x0 = columns.AsSpan(0, stride), y0 = columns.AsSpan(stride, stride);
        Span<float> x1 = columns.AsSpan(2 * stride, stride), y1 = columns.AsSpan(3 * stride, stride);
        var area = columns.AsSpan(4 * stride, stride);
        for (var i = 0; i < n; i++)
        {
            var box = boxes[order[i]];
            (x0[i], y0[i], x1[i], y1[i], area[i]) = (box.X0, box.Y0, box.X1, box.Y1, box.Area);
        }

        // Lanes of a comparison are all ones or zeros: suppression is collected by or.
        var suppressed = new int[stride];
        var limit = new Vector<float>(LargestFloatNotAbove(threshold));
        var kept = new List<int>();
        for (var i = 0; i < n; i++)
        {
            if (suppressed[i] != 0)
            {
                continue;
            }

            kept.Add(order[i]);
            var (ix0, iy0, ix1, iy1) = (
                new Vector<float>(x0[i]), new Vector<float>(y0[i]), new Vector<float>(x1[i]), new Vector<float>(y1[i]));
            var iarea = new Vector<float>(area[i]);
            for (var j = i + 1; j < n; j += lanes)
            {
                var width = Vector.Max(Vector.Min(ix1, Load(x1, j)) - Vector.Max(ix0, Load(x0, j)), Vector<float>.Zero);
                var height = Vector.Max(Vector.Min(iy1, Load(y1, j)) - Vector.Max(iy0, Load(y0, j)), Vector<float>.Zero);
                var inter = width * height;
                var isAbove = Vector.GreaterThan(inter / (iarea + Load(area, j) - inter), limit);
                var flags = suppressed.AsSpan(j);
                (new Vector<int>(flags) | isAbove).CopyTo(flags);
            }
        }

        return kept;
    }

    /// <summary>
    /// NMS among boxes of the same class only, as torchvision's batched_nms on the CPU: up to 1000 boxes the classes are
    /// shifted apart, float32 rounding of the shifted boxes included; above that each class runs on its own.
    /// </summary>
    public static List<int> Batched(
        ReadOnlySpan<Box> boxes, ReadOnlySpan<float> scores, ReadOnlySpan<int> classes, double threshold, Kernel nms)
    {
        return boxes.Length == 0 ? []
            : boxes.Length <= MaxShiftedBoxes ? Shifted(boxes, scores, classes, threshold, nms)
            : ClassByClass(boxes, scores, classes, threshold, nms);
    }

    private static List<int> Shifted(
        ReadOnlySpan<Box> boxes, ReadOnlySpan<float> scores, ReadOnlySpan<int> classes, double threshold, Kernel nms)
    {
        var largest = float.NegativeInfinity;
        foreach (var coordinate in MemoryMarshal.Cast<Box, float>(boxes))
        {
            largest = Math.Max(largest, coordinate);
        }

        var shifted = new Box[boxes.Length];
        for (var i = 0; i < boxes.Length; i++)
        {
            var offset = classes[i] * (largest + 1);
            shifted[i] = new Box(boxes[i].X0 + offset, boxes[i].Y0 + offset, boxes[i].X1 + offset, boxes[i].Y1 + offset);
        }

        return nms(shifted, scores, threshold);
    }

    private static List<int> ClassByClass(
        ReadOnlySpan<Box> boxes, ReadOnlySpan<float> scores, ReadOnlySpan<int> classes, double threshold, Kernel nms)
    {
        var members = new SortedDictionary<int, List<int>>();
        for (var i = 0; i < classes.Length; i++)
        {
            if (!members.TryGetValue(classes[i], out var indices))
            {
                members[classes[i]] = indices = [];
            }

            indices.Add(i);
        }

        var kept = new List<int>();
        foreach (var indices in members.Values)
        {
            var classBoxes = new Box[indices.Count];
            var classScores = new float[indices.Count];
            for (var i = 0; i < indices.Count; i++)
            {
                (classBoxes[i], classScores[i]) = (boxes[indices[i]], scores[indices[i]]);
            }

            kept.AddRange(nms(classBoxes, classScores, threshold).Select(i => indices[i]));
        }

        kept.Sort();
        var keptScores = new float[kept.Count];
        for (var i = 0; i < kept.Count; i++)
        {
            keptScores[i] = scores[kept[i]];
        }

        return [.. ByFallingScore(keptScores).Select(i => kept[i])];
    }

    /// <summary>Indices by falling score; equal scores keep their order.</summary>
    private static int[] ByFallingScore(ReadOnlySpan<float> scores)
    {
        var keys = new (float Score, int Index)[scores.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = (scores[i], i);
        }

        Array.Sort(keys, static (a, b) => a.Score > b.Score ? -1 : a.Score < b.Score ? 1 : a.Index.CompareTo(b.Index));
        return Array.ConvertAll(keys, static key => key.Index);
    }

    /// <summary>torchvision's form: 0 / 0 of two empty boxes is not a number, which suppresses nothing.</summary>
    private static float IoU(Box a, Box b)
    {
        var width = Math.Max(Math.Min(a.X1, b.X1) - Math.Max(a.X0, b.X0), 0);
        var height = Math.Max(Math.Min(a.Y1, b.Y1) - Math.Max(a.Y0, b.Y0), 0);
        var inter = width * height;
        return inter / (a.Area + b.Area - inter);
    }

    private static Vector<float> Load(ReadOnlySpan<float> values, int at)
    {
        return new Vector<float>(values[at..]);
    }

    /// <summary>For a float32 x, x &gt; threshold in float64 is the same as x &gt; this in float32.</summary>
    public static float LargestFloatNotAbove(double threshold)
    {
        var rounded = (float)threshold;
        return rounded > threshold ? MathF.BitDecrement(rounded) : rounded;
    }
}
