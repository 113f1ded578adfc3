using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Streaming.Model.Weights.Pickles;

/// <summary>Reads a pickle's opcodes and short arguments through a small buffer; long bytes stay in the file.</summary>
internal sealed class PickleInput
{
    private readonly Func<long, Span<byte>, int> _read;
    private readonly Func<long, long, ByteSource> _slice;
    private readonly byte[] _buffer = new byte[1 << 16];
    private long _bufferStart;
    private int _bufferLength;

    private PickleInput(Func<long, Span<byte>, int> read, Func<long, long, ByteSource> slice, long length)
    {
        (_read, _slice, Length) = (read, slice, length);
    }

    public long Length { get; }

    public long Position { get; private set; }

    public static PickleInput Of(SafeFileHandle file, long length)
    {
        return new PickleInput(
            (offset, span) => RandomAccess.Read(file, span, offset),
            (offset, count) => new FileBytes(file, offset, count),
            length);
    }

    public static PickleInput Of(byte[] bytes)
    {
        return new PickleInput(
            (offset, span) =>
            {
                var part = bytes.AsSpan((int)offset);
                part = part[..Math.Min(part.Length, span.Length)];
                part.CopyTo(span);
                return part.Length;
            },
            (offset, count) => new MemoryBytes(bytes[(int)offset..(int)(offset + count)]),
            bytes.Length);
    }

    public byte Byte()
    {
        return Take(1)[0];
    }

    public int UInt16()
    {
        return BinaryPrimitives.ReadUInt16LittleEndian(Take(2));
    }

    public int Int32()
    {
        return BinaryPrimitives.ReadInt32LittleEndian(Take(4));
    }

    public uint UInt32()
    {
        return BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
    }

    public ulong UInt64()
    {
        return BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
    }

    public double BigEndianDouble()
    {
        return BinaryPrimitives.ReadDoubleBigEndian(Take(8));
    }

    /// <summary>Text up to the end of the line, as the oldest opcodes have it.</summary>
    public string Line()
    {
        var line = new StringBuilder();
        for (var next = Byte(); next != '\n'; next = Byte())
        {
            if (line.Length == 1024)
            {
                throw new InvalidDataException($"at {Position}: a line of more than 1024 characters");
            }

            line.Append((char)next);
        }

        return line.ToString();
    }

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > Length - Position)
        {
            throw new InvalidDataException($"the pickle ends at {Length}, in the middle of an opcode");
        }

        if (Position < _bufferStart || Position + count > _bufferStart + _bufferLength)
        {
            _bufferStart = Position;
            _bufferLength = 0;
            while (_bufferLength < count)
            {
                var read = _read(Position + _bufferLength, _buffer.AsSpan(_bufferLength));
                if (read == 0)
                {
                    throw new InvalidDataException("the file became shorter while it was read");
                }

                _bufferLength += read;
            }
        }

        var taken = _buffer.AsSpan((int)(Position - _bufferStart), count);
        Position += count;
        return taken;
    }

    /// <summary>The next bytes, left where they are.</summary>
    public PickleBytes Skip(ulong count, bool isText)
    {
        if (count > (ulong)(Length - Position))
        {
            throw new InvalidDataException($"at {Position}: {count} bytes are announced and {Length - Position} left");
        }

        var bytes = new PickleBytes(_slice(Position, (long)count), (long)count, isText);
        Position += (long)count;
        return bytes;
    }
}
