using Microsoft.Win32.SafeHandles;

namespace Streaming.Model.Weights;

/// <summary>Bytes of a checkpoint that are read when they are needed, so that a large array is never in memory twice.</summary>
internal abstract class ByteSource
{
    /// <summary>A stream over the bytes from the start.</summary>
    public abstract Stream Open();
}

/// <summary>Bytes in memory.</summary>
internal sealed class MemoryBytes(byte[] bytes) : ByteSource
{
    public override Stream Open()
    {
        return new MemoryStream(bytes, writable: false);
    }
}

/// <summary>Bytes that something else can open, for example an entry of an archive.</summary>
internal sealed class OpenableBytes(Func<Stream> open) : ByteSource
{
    public override Stream Open()
    {
        return open();
    }
}

/// <summary>A part of a file.</summary>
internal sealed class FileBytes(SafeFileHandle file, long offset, long length) : ByteSource
{
    public override Stream Open()
    {
        return new Reading(file, offset, length);
    }

    private sealed class Reading(SafeFileHandle file, long offset, long length) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var wanted = (int)Math.Min(buffer.Length, length - _position);
            var read = wanted == 0 ? 0 : RandomAccess.Read(file, buffer[..wanted], offset + _position);
            _position += read;
            return read;
        }

        public override int Read(byte[] buffer, int start, int count)
        {
            return Read(buffer.AsSpan(start, count));
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin)
        {
            throw new NotSupportedException();
        }

        public override void SetLength(long value)
        {
            throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int start, int count)
        {
            throw new NotSupportedException();
        }
    }
}

/// <summary>
/// Bytes that a pickle of protocol 2 carries as text: each byte became the character of that number, stored as UTF-8.
/// </summary>
internal sealed class Latin1Bytes(ByteSource utf8) : ByteSource
{
    public override Stream Open()
    {
        return new Reading(utf8.Open());
    }

    private sealed class Reading(Stream utf8) : Stream
    {
        private readonly byte[] _buffer = new byte[1 << 16];
        private int _start;
        private int _end;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var written = 0;
            while (written < buffer.Length && Next() is var first and >= 0)
            {
                // U+0080 to U+00FF take two bytes, C2 or C3 first; anything else is no such text.
                if (first >= 0x80)
                {
                    var second = Next();
                    if (first is not (0xC2 or 0xC3) || second is < 0x80 or > 0xBF)
                    {
                        throw new InvalidDataException("an array's bytes are stored as text that is not Latin-1");
                    }

                    first = ((first & 3) << 6) | (second & 0x3F);
                }

                buffer[written++] = (byte)first;
            }

            return written;
        }

        public override int Read(byte[] buffer, int start, int count)
        {
            return Read(buffer.AsSpan(start, count));
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin)
        {
            throw new NotSupportedException();
        }

        public override void SetLength(long value)
        {
            throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int start, int count)
        {
            throw new NotSupportedException();
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                utf8.Dispose();
            }

            base.Dispose(disposing);
        }

        private int Next()
        {
            if (_start == _end)
            {
                (_start, _end) = (0, utf8.Read(_buffer));
            }

            return _start == _end ? -1 : _buffer[_start++];
        }
    }
}
