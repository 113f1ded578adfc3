namespace Streaming.Stages.Emit;

/// <summary>Finds how much of a file of lines is whole: a crash or a full disk may have cut off the last line.</summary>
internal static class WholeLines
{
    /// <summary>The number of bytes up to and with the last line feed.</summary>
    /// <param name="file">Open for reading; its position changes.</param>
    public static long Length(FileStream file)
    {
        var buffer = new byte[1 << 16];
        for (var end = file.Length; end > 0;)
        {
            var start = Math.Max(0, end - buffer.Length);
            var block = buffer.AsSpan(0, (int)(end - start));
            file.Seek(start, SeekOrigin.Begin);
            file.ReadExactly(block);
            if (block.LastIndexOf((byte)'\n') is >= 0 and var feed)
            {
                return start + feed + 1;
            }

            end = start;
        }

        return 0;
    }
}
