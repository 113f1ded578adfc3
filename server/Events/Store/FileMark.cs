using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Streaming.Server.Events.Store;

/// <summary>
/// A mark of what was read of a file: its first and last bytes. A file that is written anew under its old number, also by another
/// program, has another one.
/// </summary>
internal static class FileMark
{
    private const int Piece = 512;

    /// <summary>The mark of the first <paramref name="length"/> bytes; null when the file does not have so many.</summary>
    public static byte[]? Of(SafeFileHandle file, long length)
    {
        var size = (int)Math.Min(length, Piece);
        Span<byte> pieces = stackalloc byte[2 * size];
        return TryRead(file, pieces[..size], 0) && TryRead(file, pieces[size..], length - size) ? SHA256.HashData(pieces) : null;
    }

    private static bool TryRead(SafeFileHandle file, Span<byte> piece, long offset)
    {
        while (piece.Length > 0)
        {
            var read = RandomAccess.Read(file, piece, offset);
            if (read == 0)
            {
                return false;
            }

            piece = piece[read..];
            offset += read;
        }

        return true;
    }
}
