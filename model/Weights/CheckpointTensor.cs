using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Streaming.Model.Weights;

/// <summary>One array of a checkpoint: what it is, and where its numbers can be read.</summary>
/// <param name="Type">The numbers' type, little-endian.</param>
/// <param name="Shape">The sides; empty for a single number.</param>
/// <param name="Strides">Numbers from one index to the next along each side, or null for row-major order.</param>
/// <param name="Offset">Numbers to skip at the start of the source.</param>
/// <param name="Source">The numbers.</param>
internal sealed record CheckpointTensor(ElementType Type, long[] Shape, long[]? Strides, long Offset, ByteSource Source)
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>How many numbers there are.</summary>
    public long Count => Shape.Aggregate(1L, (product, side) => product * side);

    /// <summary>"256x64x1x1", or "scalar".</summary>
    public string ShapeText => Describe(Shape);

    /// <summary>"256x64x1x1", or "scalar".</summary>
    public static string Describe(IReadOnlyList<long> shape)
    {
        return shape.Count == 0 ? "scalar" : string.Join('x', shape);
    }

    /// <summary>Reads the numbers in row-major order as float32.</summary>
    /// <exception cref="InvalidDataException">The file ends before the numbers do.</exception>
    public void ReadFloats(Span<float> destination)
    {
        if (Type == ElementType.Float32)
        {
            ReadBytes(MemoryMarshal.AsBytes(destination));
        }
        else if (!IsRowMajor())
        {
            var bytes = new byte[Count * Type.Size()];
            ReadBytes(bytes);
            Convert(bytes, destination);
        }
        else
        {
            ReadConverted(destination);
        }
    }

    /// <summary>Reads the numbers in row-major order as they are.</summary>
    /// <exception cref="InvalidDataException">The file ends before the numbers do.</exception>
    public void ReadBytes(Span<byte> destination)
    {
        if (IsRowMajor())
        {
            using var stream = OpenAtOffset();
            ReadExactly(stream, destination);
        }
        else
        {
            Gather(destination);
        }
    }

    private bool IsRowMajor()
    {
        var expected = 1L;
        for (var i = Shape.Length - 1; i >= 0 && Strides is not null; i--)
        {
            if (Shape[i] != 1 && Strides[i] != expected)
            {
                return false;
            }

            expected *= Shape[i];
        }

        return true;
    }

    /// <summary>A part at a time, so that a large array needs no second one of its size.</summary>
    private void ReadConverted(Span<float> destination)
    {
        using var stream = OpenAtOffset();
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            var perChunk = ChunkBytes / Type.Size();
            for (var at = 0; at < destination.Length; at += perChunk)
            {
                var part = destination.Slice(at, Math.Min(perChunk, destination.Length - at));
                var bytes = buffer.AsSpan(0, part.Length * Type.Size());
                ReadExactly(stream, bytes);
                Convert(bytes, part);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Column-major arrays and views of a storage: the touched part is read, then gathered.</summary>
    private void Gather(Span<byte> destination)
    {
        if (destination.IsEmpty)
        {
            return;
        }

        var (size, extent) = (Type.Size(), 1L);
        for (var i = 0; i < Shape.Length; i++)
        {
            extent += (Shape[i] - 1) * Strides![i];
        }

        if (extent * size > Array.MaxLength)
        {
            throw new InvalidDataException("an array is spread over more than 2 GiB");
        }

        var touched = new byte[extent * size];
        using (var stream = OpenAtOffset())
        {
            ReadExactly(stream, touched);
        }

        var index = new long[Shape.Length];
        for (var i = 0; i < destination.Length; i += size)
        {
            var at = 0L;
            for (var axis = 0; axis < index.Length; axis++)
            {
                at += index[axis] * Strides![axis];
            }

            touched.AsSpan((int)(at * size), size).CopyTo(destination[i..]);
            for (var axis = index.Length - 1; axis >= 0 && ++index[axis] == Shape[axis]; axis--)
            {
                index[axis] = 0;
            }
        }
    }

    private Stream OpenAtOffset()
    {
        var stream = Source.Open();
        try
        {
            Skip(stream, Offset * Type.Size());
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private void Convert(ReadOnlySpan<byte> bytes, Span<float> floats)
    {
        switch (Type)
        {
            case ElementType.Float32:
                bytes.CopyTo(MemoryMarshal.AsBytes(floats));
                break;
            case ElementType.Float16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), floats);
                break;
            case ElementType.BFloat16:
                var words = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (var i = 0; i < words.Length; i++)
                {
                    floats[i] = BitConverter.UInt32BitsToSingle((uint)words[i] << 16);
                }

                break;
            case ElementType.Float64:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(bytes), floats);
                break;
            case ElementType.Int64:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, long>(bytes), floats);
                break;
            case ElementType.Int32:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, int>(bytes), floats);
                break;
            case ElementType.Int16:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, short>(bytes), floats);
                break;
            case ElementType.Int8:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, sbyte>(bytes), floats);
                break;
            default:
                TensorPrimitives.ConvertTruncating(bytes, floats);
                break;
        }
    }

    private static void Skip(Stream stream, long bytes)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            while (bytes > 0)
            {
                var part = buffer.AsSpan(0, (int)Math.Min(bytes, buffer.Length));
                ReadExactly(stream, part);
                bytes -= part.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void ReadExactly(Stream stream, Span<byte> destination)
    {
        if (stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false) < destination.Length)
        {
            throw new InvalidDataException("the file ends in the middle of an array");
        }
    }
}
