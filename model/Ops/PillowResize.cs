using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Streaming.Model.Structures;

namespace Streaming.Model.Ops;

/// <summary>
/// Pillow's bilinear resize of bytes, bit for bit, as detectron2 resizes: the filter widens with the reduction, weights are
/// fixed-point with 22 fractional bits, columns first, rounded to bytes in between (Pillow, src/libImaging/Resample.c).
/// </summary>
internal static class PillowResize
{
    private const int FractionBits = 22;
    private const int Half = 1 << (FractionBits - 1);

    /// <summary>Resizes B, G, R pixels into <paramref name="destination"/>, whose rows follow each other directly.</summary>
    public static void Resize(ImageView source, Span<byte> destination, ImageSize size)
    {
        var (sourceSize, needsColumns, needsRows) = (source.Size, source.Size.Width != size.Width, source.Size.Height != size.Height);
        if (!needsColumns && !needsRows)
        {
            for (var y = 0; y < size.Height; y++)
            {
                source.Row(y).CopyTo(destination[(y * size.Width * 3)..]);
            }

            return;
        }

        if (!needsRows)
        {
            var filter = new Filter(sourceSize.Width, size.Width);
            for (var y = 0; y < size.Height; y++)
            {
                Columns(source.Row(y), destination.Slice(y * size.Width * 3, size.Width * 3), filter);
            }

            return;
        }

        // Rows in between are made when an output row first needs them and kept in a ring: little memory, warm caches.
        var rows = new Filter(sourceSize.Height, size.Height);
        var columns = needsColumns ? new Filter(sourceSize.Width, size.Width) : null;
        var rowBytes = size.Width * 3;
        var ring = ArrayPool<byte>.Shared.Rent((rows.MaxTaps * rowBytes) + Vector512<byte>.Count);
        var sums = ArrayPool<int>.Shared.Rent(rowBytes);
        var made = 0;
        for (var y = 0; y < size.Height; y++)
        {
            var first = rows.First(y);
            var weights = rows.Weights(y);
            for (made = Math.Max(made, first); made < first + weights.Length; made++)
            {
                var line = ring.AsSpan(made % rows.MaxTaps * rowBytes, rowBytes);
                if (columns is null)
                {
                    source.Row(made).CopyTo(line);
                }
                else
                {
                    Columns(source.Row(made), line, columns);
                }
            }

            var accumulators = sums.AsSpan(0, rowBytes);
            accumulators.Fill(Half);
            for (var tap = 0; tap < weights.Length; tap++)
            {
                MultiplyAdd(ring.AsSpan((first + tap) % rows.MaxTaps * rowBytes, rowBytes), weights[tap], accumulators);
            }

            ToBytes(accumulators, destination.Slice(y * rowBytes, rowBytes));
        }

        ArrayPool<byte>.Shared.Return(ring);
        ArrayPool<int>.Shared.Return(sums);
    }

    /// <summary>One row: each output pixel sums a few input pixels, its three channels side by side in a vector.</summary>
    private static void Columns(ReadOnlySpan<byte> source, Span<byte> destination, Filter filter)
    {
        ref var from = ref MemoryMarshal.GetReference(source);
        for (var x = 0; x < destination.Length / 3; x++)
        {
            var weights = filter.Weights(x);
            var at = filter.First(x) * 3;
            var sum = Vector128.Create(Half);
            for (var tap = 0; tap < weights.Length; tap++, at += 3)
            {
                // Four bytes are loaded for three; at the very end of the row the fourth would lie outside.
                var pixel = at + 4 <= source.Length
                    ? Vector128.CreateScalar(MemoryMarshal.Read<uint>(source[at..])).AsByte()
                    : Vector128.Create(source[at], source[at + 1], source[at + 2], 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
                sum += Vector128.WidenLower(Vector128.WidenLower(pixel)).AsInt32() * weights[tap];
            }

            var value = Vector128.Clamp(sum >> FractionBits, Vector128<int>.Zero, Vector128.Create(255));
            var output = destination.Slice(x * 3, 3);
            (output[0], output[1], output[2]) = ((byte)value[0], (byte)value[1], (byte)value[2]);
        }
    }

    private static void MultiplyAdd(ReadOnlySpan<byte> bytes, int weight, Span<int> sums)
    {
        var i = 0;
        var factor = Vector256.Create(weight);
        for (; i <= bytes.Length - 16; i += 16)
        {
            var (low, high) = Vector256.Widen(Vector256.WidenLower(Vector128.Create(bytes.Slice(i, 16)).ToVector256()));
            (Vector256.Create<int>(sums[i..]) + (low.AsInt32() * factor)).CopyTo(sums[i..]);
            (Vector256.Create<int>(sums[(i + 8)..]) + (high.AsInt32() * factor)).CopyTo(sums[(i + 8)..]);
        }

        for (; i < bytes.Length; i++)
        {
            sums[i] += bytes[i] * weight;
        }
    }

    private static void ToBytes(ReadOnlySpan<int> sums, Span<byte> destination)
    {
        for (var i = 0; i < sums.Length; i++)
        {
            destination[i] = (byte)Math.Clamp(sums[i] >> FractionBits, 0, 255);
        }
    }

    /// <summary>Which input pixels each output pixel sums, and with what weights.</summary>
    private sealed class Filter
    {
        private readonly int[] _first;
        private readonly int[] _count;
        private readonly int[] _weights;

        public Filter(int input, int output)
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
        }

        /// <summary>No output pixel sums more than so many.</summary>
        public int MaxTaps { get; }

        public int First(int output)
        {
            return _first[output];
        }

        public ReadOnlySpan<int> Weights(int output)
        {
            return _weights.AsSpan(output * MaxTaps, _count[output]);
        }
    }
}
