using System.Runtime.Intrinsics;

namespace Streaming.Model.Ops;

/// <summary>Sums of a few rows of numbers, each times a weight: all of a sum's terms while it is in a register.</summary>
internal static unsafe class WeightedSum
{
    /// <summary>Of float32 rows that lie <paramref name="stride"/> numbers apart.</summary>
    /// <param name="first">The first row, as long as the target.</param>
    /// <param name="stride">Numbers from one row to the next.</param>
    /// <param name="weights">One a row.</param>
    /// <param name="target">What is written.</param>
    public static void Of(float* first, nint stride, ReadOnlySpan<float> weights, Span<float> target)
    {
        fixed (float* to = target)
        {
            var i = 0;
            for (; i <= target.Length - (2 * Vector256<float>.Count); i += 2 * Vector256<float>.Count)
            {
                var (a, b) = (Vector256<float>.Zero, Vector256<float>.Zero);
                var from = first + i;
                foreach (var weight in weights)
                {
                    var factor = Vector256.Create(weight);
                    a += Vector256.Load(from) * factor;
                    b += Vector256.Load(from + Vector256<float>.Count) * factor;
                    from += stride;
                }

                a.Store(to + i);
                b.Store(to + i + Vector256<float>.Count);
            }

            for (; i < target.Length; i++)
            {
                var sum = 0f;
                for (var row = 0; row < weights.Length; row++)
                {
                    sum += first[(row * stride) + i] * weights[row];
                }

                to[i] = sum;
            }
        }
    }

    /// <summary>The same of bfloat16 rows: numbers that are the upper halves of float32 ones.</summary>
    public static void Of(ushort* first, nint stride, ReadOnlySpan<float> weights, Span<float> target)
    {
        fixed (float* to = target)
        {
            var i = 0;
            for (; i <= target.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
            {
                var (a, b) = (Vector256<float>.Zero, Vector256<float>.Zero);
                var from = first + i;
                foreach (var weight in weights)
                {
                    var factor = Vector256.Create(weight);
                    var (low, high) = Vector256.Widen(Vector256.Load(from));
                    a += (low << 16).AsSingle() * factor;
                    b += (high << 16).AsSingle() * factor;
                    from += stride;
                }

                a.Store(to + i);
                b.Store(to + i + Vector256<float>.Count);
            }

            for (; i < target.Length; i++)
            {
                var sum = 0f;
                for (var row = 0; row < weights.Length; row++)
                {
                    sum += BitConverter.UInt32BitsToSingle((uint)first[(row * stride) + i] << 16) * weights[row];
                }

                to[i] = sum;
            }
        }
    }
}
