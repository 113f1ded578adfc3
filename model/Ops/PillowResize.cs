using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Streaming.Model.Structures;

namespace Streaming.Model.Ops;

/// <summary>
/// Pillow's bilinear resize of bytes, bit for bit, as detectron2 resizes: the filter widens with the reduction, weights are
/// fixed-point with 22 fractional bits, columns first, rounded to bytes in between (Pillow, src/libImaging/Resample.c).
/// </summary>
internal static class PillowResize
{
    private const int FractionBits = PillowFilter.FractionBits;
    private const int Half = 1 << (FractionBits - 1);

    /// <summary>
    /// For the instructions on bytes and 16 bits: how four pixels of three bytes come to lie as pairs of a channel, the first two
    /// pixels in one half, the others in the other.
    /// </summary>
    private static readonly Vector256<byte> Pairs = Vector256.Create(
        0, 255, 3, 255, 1, 255, 4, 255, 2, 255, 5, 255, 255, 255, 255, 255,
        6, 255, 9, 255, 7, 255, 10, 255, 8, 255, 11, 255, 255, 255, 255, 255).AsByte();

    private static readonly Vector256<int> Uppers = Vector256.Create(0, 0, 0, 0, 1, 1, 1, 1);
    private static readonly Vector256<int> Lowers = Vector256.Create(2, 2, 2, 2, 3, 3, 3, 3);

    /// <summary>Resizes B, G, R pixels into <paramref name="destination"/>, whose rows follow each other directly.</summary>
    /// <param name="source">The picture.</param>
    /// <param name="destination">height x width x 3 bytes.</param>
    /// <param name="size">The size to be.</param>
    /// <param name="isPlain">Without vectors of 16 bits: what processors without them do.</param>
    public static void Resize(ImageView source, Span<byte> destination, ImageSize size, bool isPlain = false)
    {
        isPlain |= !Avx2.IsSupported;
        var (sourceSize, needsColumns, needsRows) = (
            source.Size, source.Size.Width != size.Width, source.Size.Height != size.Height);
        var columns = needsColumns ? new PillowFilter(sourceSize.Width, size.Width) : null;
        var rowBytes = size.Width * 3;
        if (!needsRows)
        {
            for (var y = 0; y < size.Height; y++)
            {
                MakeRow(source.Row(y), destination.Slice(y * rowBytes, rowBytes), columns, isPlain);
            }

            return;
        }

        // Rows in between are made when an output row first needs them and kept in a ring: little memory, warm caches.
        var rows = new PillowFilter(sourceSize.Height, size.Height);
        var ring = ArrayPool<byte>.Shared.Rent(rows.MaxTaps * rowBytes);
        var starts = new int[rows.MaxTaps];
        var made = 0;
        for (var y = 0; y < size.Height; y++)
        {
            var first = rows.First(y);
            var weights = rows.Weights(y);
            for (made = Math.Max(made, first); made < first + weights.Length; made++)
            {
                MakeRow(source.Row(made), ring.AsSpan(made % rows.MaxTaps * rowBytes, rowBytes), columns, isPlain);
            }

            for (var tap = 0; tap < weights.Length; tap++)
            {
                starts[tap] = (first + tap) % rows.MaxTaps * rowBytes;
            }

            SumRows(ring, starts, weights, destination.Slice(y * rowBytes, rowBytes));
        }

        ArrayPool<byte>.Shared.Return(ring);
    }

    private static void MakeRow(ReadOnlySpan<byte> source, Span<byte> destination, PillowFilter? columns, bool isPlain)
    {
        if (columns is null)
        {
            source.CopyTo(destination);
            return;
        }

        var x = isPlain ? 0 : SumColumns(source, destination, columns);
        for (; x < destination.Length / 3; x++)
        {
            SumPixels(source, destination, columns, x);
        }
    }

    /// <summary>
    /// Output pixels from left to right, until reading four input pixels at once would leave the row; says where it stopped. A
    /// weight of 22 bits is two of eleven: then one instruction multiplies the bytes of two input pixels and adds them.
    /// </summary>
    private static int SumColumns(ReadOnlySpan<byte> source, Span<byte> destination, PillowFilter filter)
    {
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(destination);
        ref var weights = ref MemoryMarshal.GetReference(filter.Halves);
        var firsts = filter.Firsts[..((destination.Length - 1) / 3)];
        var groups = filter.Groups;
        var lastStart = source.Length - Vector128<byte>.Count - ((groups - 1) * PillowFilter.GroupSize * 3);
        var (order, uppers, lowers) = (Pairs, Uppers, Lowers);
        var x = 0;
        for (; x < firsts.Length && firsts[x] * 3 <= lastStart; x++)
        {
            var at = (nuint)(firsts[x] * 3);
            var (upper, lower) = (Vector256<int>.Zero, Vector256<int>.Zero);
            for (var group = 0; group < groups; group++)
            {
                var bytes = Vector128.LoadUnsafe(ref from, at);
                var pairs = Avx2.Shuffle(Vector256.Create(bytes, bytes), order).AsInt16();
                var both = Vector128.LoadUnsafe(ref weights, (nuint)(((x * groups) + group) * 2 * PillowFilter.GroupSize))
                    .AsInt32().ToVector256Unsafe();
                upper += Avx2.MultiplyAddAdjacent(pairs, Avx2.PermuteVar8x32(both, uppers).AsInt16());
                lower += Avx2.MultiplyAddAdjacent(pairs, Avx2.PermuteVar8x32(both, lowers).AsInt16());
                at += PillowFilter.GroupSize * 3;
            }

            var halfSums = (upper << PillowFilter.LowBits) + lower;
            var sums = (halfSums.GetLower() + halfSums.GetUpper() + Vector128.Create(Half)) >> FractionBits;
            var words = Vector128.Narrow(sums, sums).AsUInt16();

            // A fourth byte goes along, where the next pixel will be.
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, x * 3), Vector128.Narrow(words, words).AsUInt32().ToScalar());
        }

        return x;
    }

    private static void SumPixels(ReadOnlySpan<byte> source, Span<byte> destination, PillowFilter filter, int x)
    {
        var weights = filter.Weights(x);
        var pixels = source[(filter.First(x) * 3)..];
        for (var channel = 0; channel < 3; channel++)
        {
            var sum = Half;
            for (var tap = 0; tap < weights.Length; tap++)
            {
                sum += pixels[(tap * 3) + channel] * weights[tap];
            }

            // No weight is negative, and together they are one: a byte comes out.
            destination[(x * 3) + channel] = (byte)(sum >> FractionBits);
        }
    }

    /// <summary>One row of a few, sums in registers.</summary>
    private static void SumRows(byte[] rows, ReadOnlySpan<int> starts, ReadOnlySpan<int> weights, Span<byte> destination)
    {
        ref var from = ref MemoryMarshal.GetArrayDataReference(rows);
        ref var to = ref MemoryMarshal.GetReference(destination);
        var i = 0;
        for (; i <= destination.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            var (low, high) = (Vector256.Create(Half), Vector256.Create(Half));
            for (var tap = 0; tap < weights.Length; tap++)
            {
                var words = Vector256.WidenLower(Vector128.LoadUnsafe(ref from, (nuint)(starts[tap] + i)).ToVector256Unsafe());
                var factor = Vector256.Create(weights[tap]);
                low += Vector256.WidenLower(words).AsInt32() * factor;
                high += Vector256.WidenUpper(words).AsInt32() * factor;
            }

            var sums = Vector256.Narrow(low >> FractionBits, high >> FractionBits).AsUInt16();
            Vector128.Narrow(sums.GetLower(), sums.GetUpper()).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < destination.Length; i++)
        {
            var sum = Half;
            for (var tap = 0; tap < weights.Length; tap++)
            {
                sum += rows[starts[tap] + i] * weights[tap];
            }

            destination[i] = (byte)(sum >> FractionBits);
        }
    }
}
