using Microsoft.Win32.SafeHandles;

namespace Streaming.Model.Weights;

/// <summary>A part of a file.</summary>
internal sealed class FileBytes(SafeFileHandle file, long offset, long length) : ByteSource
{
    public override Stream Open()
    {
        return new Reading(file, offset, length);
    }

    private sealed class Reading(SafeFileHandle file, long offset, long length) : ForwardStream
    {
        private long _position;

        public override int Read(Span<byte> buffer)
        {
            var wanted = (int)Math.Min(buffer.Length, length - _position);
            var read = wanted == 0 ? 0 : RandomAccess.Read(file, buffer[..wanted], offset + _position);
            _position += read;
            return read;
        }
    }
}
