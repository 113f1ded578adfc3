using Microsoft.Win32.SafeHandles;

namespace Streaming.Server.Events.Store;

/// <summary>A piece of a file: whole lines, as many as are read at once.</summary>
/// <param name="Lines">They, without their line feeds.</param>
/// <param name="Bytes">How many bytes they take.</param>
internal readonly record struct LineChunk(IReadOnlyList<ReadOnlyMemory<byte>> Lines, int Bytes)
{
    /// <summary>The most that is read at once; a longer line is no event.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>Reads the lines from an offset on; a last one without line feed is not there yet.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">Where a line begins.</param>
    /// <param name="buffer">Takes the lines; of <see cref="MaxBytes"/>.</param>
    public static LineChunk Read(SafeFileHandle file, long offset, byte[] buffer)
    {
        var length = 0;
        for (int read; length < buffer.Length; length += read)
        {
            if ((read = RandomAccess.Read(file, buffer.AsSpan(length), offset + length)) == 0)
            {
                break;
            }
        }

        List<ReadOnlyMemory<byte>> lines = [];
        var start = 0;
        for (int feed; (feed = Array.IndexOf(buffer, (byte)'\n', start, length - start)) >= 0; start = feed + 1)
        {
            lines.Add(buffer.AsMemory(start, feed - start));
        }

        // What is longer than the buffer is passed over; its end is then a line that is no event.
        return start == 0 && length == buffer.Length ? new LineChunk([buffer], length) : new LineChunk(lines, start);
    }
}
