using System.Buffers.Binary;

namespace Streaming.Stages.Emit.Kept;

/// <summary>What a kill has left of a clip: boxes with their lengths before them, the last of which may be cut off.</summary>
internal static class PartialClip
{
    private const int HeaderBytes = 8;

    /// <summary>
    /// Whether anything of a frame is in it: a clip begins with what players need first. What is not understood counts as one.
    /// </summary>
    public static bool HasFrames(FileInfo clip)
    {
        using var file = clip.OpenRead();
        Span<byte> header = stackalloc byte[HeaderBytes];
        while (file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) == HeaderBytes)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(header);
            if (header[4..].SequenceEqual("mdat"u8))
            {
                return file.Position < file.Length;
            }

            if (length < HeaderBytes)
            {
                return true;
            }

            file.Seek(length - HeaderBytes, SeekOrigin.Current);
        }

        return false;
    }
}
