namespace Streaming.Model.Weights;

/// <summary>Numbers that are stored big-endian, as little-endian ones.</summary>
/// <param name="bigEndian">The numbers as stored.</param>
/// <param name="size">Bytes of a number, at most 8.</param>
internal sealed class SwappedBytes(ByteSource bigEndian, int size) : ByteSource
{
    public override Stream Open()
    {
        return new Reading(bigEndian.Open(), size);
    }

    private sealed class Reading(Stream bigEndian, int size) : ForwardStream
    {
        private readonly byte[] _number = new byte[size];
        private int _left;

        public override int Read(Span<byte> buffer)
        {
            // Whole numbers in place; one that does not fit any more is given in two parts.
            var written = Rest(buffer);
            var whole = (buffer.Length - written) / _number.Length * _number.Length;
            whole = bigEndian.ReadAtLeast(buffer.Slice(written, whole), whole, throwOnEndOfStream: false);
            whole -= whole % _number.Length;
            for (var end = written + whole; written < end; written += _number.Length)
            {
                buffer.Slice(written, _number.Length).Reverse();
            }

            if (written < buffer.Length && ReadNumber())
            {
                written += Rest(buffer[written..]);
            }

            return written;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                bigEndian.Dispose();
            }

            base.Dispose(disposing);
        }

        private bool ReadNumber()
        {
            var isWhole = bigEndian.ReadAtLeast(_number, _number.Length, throwOnEndOfStream: false) == _number.Length;
            _number.AsSpan().Reverse();
            _left = isWhole ? _number.Length : 0;
            return isWhole;
        }

        private int Rest(Span<byte> buffer)
        {
            var part = Math.Min(_left, buffer.Length);
            _number.AsSpan(_number.Length - _left, part).CopyTo(buffer);
            _left -= part;
            return part;
        }
    }
}
