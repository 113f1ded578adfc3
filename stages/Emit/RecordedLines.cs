using System.Text.Json;

namespace Streaming.Stages.Emit;

/// <summary>Reads a file of JSON lines that may be cut off or damaged anywhere.</summary>
internal static class RecordedLines
{
    /// <summary>Each line that ends with a line feed, with the number of bytes up to and with that.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="EmitException">It cannot be read.</exception>
    public static IEnumerable<(byte[] Line, long End)> Read(string path)
    {
        using var file = Open(path);
        var (buffer, line, end) = (new byte[1 << 16], new MemoryStream(), 0L);
        int read;
        while ((read = file.Read(buffer)) > 0)
        {
            var start = 0;
            for (int feed; (feed = Array.IndexOf(buffer, (byte)'\n', start, read - start)) >= 0; start = feed + 1)
            {
                line.Write(buffer, start, feed - start);
                end += line.Length + 1;
                yield return (line.ToArray(), end);
                line.SetLength(0);
            }

            line.Write(buffer, start, read - start);
        }
    }

    /// <summary>Whether an exception says that a line is not what it should be.</summary>
    public static bool IsDamage(Exception exception)
    {
        return exception is JsonException or KeyNotFoundException or FormatException or InvalidOperationException
            or ArgumentException or IndexOutOfRangeException or OverflowException;
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EmitException($"{path}: cannot be read: {exception.Message}", exception);
        }
    }
}
