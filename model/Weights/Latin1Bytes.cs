namespace Streaming.Model.Weights;

/// <summary>
/// Bytes that a pickle of protocol 2 carries as text: each byte became the character of that number, stored as UTF-8.
/// </summary>
internal sealed class Latin1Bytes(ByteSource utf8) : ByteSource
{
    public override Stream Open()
    {
        return new Reading(utf8.Open());
    }

    private sealed class Reading(Stream utf8) : ForwardStream
    {
        private readonly byte[] _buffer = new byte[1 << 16];
        private int _start;
        private int _end;

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
