using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Streaming.Model.Ops;

/// <summary>
/// The transforms of F(4x4, 3x3): 6x6 pixels and a 3x3 kernel become 36 numbers each, whose products become 4x4 results. A
/// convolution is the product of two polynomials, which is found from their values at five points and infinity (Winograd 1980;
/// Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2015).
/// <para>
/// The points are 0, ±5/8, ±3/2. With the usual 0, ±1, ±2 rounding errors are twice as large: of 256 channels' sums 2.8e-6 of
/// their spread instead of 1.2e-6. Squares and products of these points are exact in float32.
/// </para>
/// </summary>
internal static unsafe class WinogradTransform
{
    /// <summary>Side of a tile of the result.</summary>
    public const int Tile = 4;

    /// <summary>Side of what a tile is made from.</summary>
    public const int Patch = 6;

    /// <summary>Numbers of a patch.</summary>
    public const int Numbers = Patch * Patch;

    private const float P = 0.625f;
    private const float Q = 1.5f;

    /// <summary>What takes a kernel's nine weights to its 36 numbers: a matrix (36, 9), row by row.</summary>
    public static double[] KernelMatrix()
    {
        double[] points = [0, P, -P, Q, -Q];
        var line = new double[Patch, 3];
        for (var i = 0; i < points.Length; i++)
        {
            var scale = points.Where((_, other) => other != i).Aggregate(1.0, (product, other) => product * (points[i] - other));
            for (var power = 0; power < 3; power++)
            {
                line[i, power] = Math.Pow(points[i], power) / scale;
            }
        }

        line[Patch - 1, 2] = 1;
        return [.. from y in Enumerable.Range(0, Patch)
                   from x in Enumerable.Range(0, Patch)
                   from ky in Enumerable.Range(0, 3)
                   from kx in Enumerable.Range(0, 3)
                   select line[y, ky] * line[x, kx]];
    }

    /// <summary>Takes the pixels of a patch to their numbers, in each channel.</summary>
    /// <param name="pixels">The 36 pixels, row by row, each with its channels side by side.</param>
    /// <param name="channels">A multiple of 8.</param>
    /// <param name="numbers">36 rows of channels.</param>
    public static void Forward(float** pixels, int channels, float* numbers)
    {
        var rows = stackalloc float[Numbers * Vector256<float>.Count];
        for (var c = 0; c < channels; c += Vector256<float>.Count)
        {
            for (var y = 0; y < Patch; y++)
            {
                var p = pixels + (y * Patch);
                Forward(
                    Vector256.Load(p[0] + c),
                    Vector256.Load(p[1] + c),
                    Vector256.Load(p[2] + c),
                    Vector256.Load(p[3] + c),
                    Vector256.Load(p[4] + c),
                    Vector256.Load(p[5] + c),
                    rows + (y * Patch * Vector256<float>.Count), Vector256<float>.Count);
            }

            const int Row = Patch * 8;
            for (var x = 0; x < Patch; x++)
            {
                var p = rows + (x * Vector256<float>.Count);
                Forward(
                    Vector256.Load(p),
                    Vector256.Load(p + Row),
                    Vector256.Load(p + (2 * Row)),
                    Vector256.Load(p + (3 * Row)),
                    Vector256.Load(p + (4 * Row)),
                    Vector256.Load(p + (5 * Row)),
                    numbers + (x * channels) + c, Patch * channels);
            }
        }
    }

    /// <summary>Takes sums of products back to the pixels of a tile, in each channel.</summary>
    /// <param name="sums">36 rows of channels.</param>
    /// <param name="channels">A multiple of 8.</param>
    /// <param name="biases">Added, one a channel.</param>
    /// <param name="withRelu">Whether a ReLU follows.</param>
    /// <param name="pixels">The 16 pixels that are written, row by row.</param>
    public static void Back(float* sums, int channels, float* biases, bool withRelu, float** pixels)
    {
        var columns = stackalloc float[Tile * Patch * Vector256<float>.Count];
        var least = Vector256.Create(withRelu ? 0 : float.NegativeInfinity);
        for (var c = 0; c < channels; c += Vector256<float>.Count)
        {
            const int Row = Patch * 8;
            for (var x = 0; x < Patch; x++)
            {
                var p = sums + (x * channels) + c;
                var step = Patch * channels;
                var (a, b, d, e) = Back(
                    Vector256.Load(p),
                    Vector256.Load(p + step),
                    Vector256.Load(p + (2 * step)),
                    Vector256.Load(p + (3 * step)),
                    Vector256.Load(p + (4 * step)),
                    Vector256.Load(p + (5 * step)));
                var to = columns + (x * Vector256<float>.Count);
                a.Store(to);
                b.Store(to + Row);
                d.Store(to + (2 * Row));
                e.Store(to + (3 * Row));
            }

            var bias = Vector256.Load(biases + c);
            for (var y = 0; y < Tile; y++)
            {
                var p = columns + (y * Row);
                var (a, b, d, e) = Back(
                    Vector256.Load(p),
                    Vector256.Load(p + 8),
                    Vector256.Load(p + 16),
                    Vector256.Load(p + 24),
                    Vector256.Load(p + 32),
                    Vector256.Load(p + 40));
                var to = pixels + (y * Tile);
                Vector256.Max(a + bias, least).Store(to[0] + c);
                Vector256.Max(b + bias, least).Store(to[1] + c);
                Vector256.Max(d + bias, least).Store(to[2] + c);
                Vector256.Max(e + bias, least).Store(to[3] + c);
            }
        }
    }

    /// <summary>One dimension: the polynomial without one of the points' factors, for each point, and with all of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Forward(
        Vector256<float> a,
        Vector256<float> b,
        Vector256<float> c,
        Vector256<float> d,
        Vector256<float> e,
        Vector256<float> f,
        float* to,
        int step)
    {
        var both = Vector256.Create(P * P * Q * Q);
        var sum = Vector256.Create(-((P * P) + (Q * Q)));
        Vector256.FusedMultiplyAdd(both, a, Vector256.FusedMultiplyAdd(sum, c, e)).Store(to);
        Pair(Vector256.Create(-Q * Q), P, to + step);
        Pair(Vector256.Create(-P * P), Q, to + (3 * step));
        Vector256.FusedMultiplyAdd(both, b, Vector256.FusedMultiplyAdd(sum, d, f)).Store(to + (5 * step));

        void Pair(Vector256<float> otherSquare, float point, float* target)
        {
            var even = Vector256.FusedMultiplyAdd(otherSquare, c, e);
            var odd = Vector256.FusedMultiplyAdd(otherSquare, b, d) * point;
            (even + odd).Store(target);
            (even - odd).Store(target + step);
        }
    }

    /// <summary>One dimension: the values at the points times their powers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> A, Vector256<float> B, Vector256<float> C, Vector256<float> D) Back(
        Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, Vector256<float> e, Vector256<float> f)
    {
        var (pSum, pDifference, qSum, qDifference) = (b + c, b - c, d + e, d - e);
        return (
            a + pSum + qSum,
            Vector256.FusedMultiplyAdd(Vector256.Create(P), pDifference, qDifference * Q),
            Vector256.FusedMultiplyAdd(Vector256.Create(P * P), pSum, qSum * (Q * Q)),
            Vector256.FusedMultiplyAdd(
                Vector256.Create(P * P * P),
                pDifference,
                Vector256.FusedMultiplyAdd(Vector256.Create(Q * Q * Q), qDifference, f)));
    }
}
