using System.Buffers.Binary;
using System.Buffers.Text;
using Streaming.Model.Structures;

namespace Streaming.Stages.Cv;

/// <summary>
/// Reads a picture's size from its file's header: a picture that is too large need not be decoded to be refused.
/// </summary>
internal static class PictureHeader
{
    private const int TiffWidth = 256;
    private const int TiffHeight = 257;
    private const int TiffShort = 3;

    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>The size before it is turned upright; null for what is no JPEG, PNG, BMP, WebP, TIFF or PNM picture.</summary>
    /// <param name="file">The file's content.</param>
    public static ImageSize? Read(ReadOnlySpan<byte> file)
    {
        try
        {
            var (width, height) = Measure(file);
            return width is > 0 and <= int.MaxValue && height is > 0 and <= int.MaxValue
                ? new ImageSize((int)height, (int)width)
                : null;
        }
        catch (ArgumentOutOfRangeException)
        {
            // The header ends too early, or points beyond the file.
            return null;
        }
    }

    private static (long Width, long Height) Measure(ReadOnlySpan<byte> file)
    {
        return file.StartsWith(PngSignature) ? (U32(file, 16, isBigEndian: true), U32(file, 20, isBigEndian: true))
            : JpegFile.IsJpeg(file) ? JpegFile.Measure(file)
            : file.StartsWith("BM"u8) ? Bmp(file)
            : file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8) ? WebP(file[12..])
            : file.StartsWith("II*\0"u8) ? Tiff(file, isBigEndian: false)
            : file.StartsWith("MM\0*"u8) ? Tiff(file, isBigEndian: true)
            : file.Length > 2 && file[0] == 'P' && file[1] is >= (byte)'1' and <= (byte)'6' ? Pnm(file[2..])
            : default;
    }

    private static (long Width, long Height) Bmp(ReadOnlySpan<byte> file)
    {
        // The oldest header is the shortest one. A negative height: the rows go from top to bottom.
        return U32(file, 14) == 12
            ? (U16(file, 18), U16(file, 20))
            : ((int)U32(file, 18), Math.Abs((long)(int)U32(file, 22)));
    }

    private static (long Width, long Height) WebP(ReadOnlySpan<byte> chunk)
    {
        const int Mask = (1 << 14) - 1;
        return chunk.StartsWith("VP8 "u8) ? (U16(chunk, 14) & Mask, U16(chunk, 16) & Mask)
            : chunk.StartsWith("VP8L"u8) ? ((U32(chunk, 9) & Mask) + 1, ((U32(chunk, 9) >> 14) & Mask) + 1)
            : chunk.StartsWith("VP8X"u8) ? ((U32(chunk, 12) & 0xffffff) + 1, (U32(chunk, 14) >> 8) + 1)
            : default;
    }

    private static (long Width, long Height) Tiff(ReadOnlySpan<byte> file, bool isBigEndian)
    {
        var directory = file[(int)Math.Min(U32(file, 4, isBigEndian), int.MaxValue)..];
        var (width, height) = (0L, 0L);
        for (var i = 0; i < U16(directory, 0, isBigEndian); i++)
        {
            var entry = directory.Slice(2 + (12 * i), 12);
            long value = U16(entry, 2, isBigEndian) == TiffShort ? U16(entry, 8, isBigEndian) : U32(entry, 8, isBigEndian);
            var tag = U16(entry, 0, isBigEndian);
            (width, height) = (tag == TiffWidth ? value : width, tag == TiffHeight ? value : height);
        }

        return (width, height);
    }

    private static (long Width, long Height) Pnm(ReadOnlySpan<byte> text)
    {
        return (Number(ref text), Number(ref text));

        static long Number(ref ReadOnlySpan<byte> text)
        {
            text = text.TrimStart(" \t\r\n"u8);
            while (text.StartsWith("#"u8))
            {
                text = text[text.IndexOf((byte)'\n')..].TrimStart(" \t\r\n"u8);
            }

            var isNumber = Utf8Parser.TryParse(text, out long value, out var length);
            text = text[length..];
            return isNumber ? value : 0;
        }
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int at, bool isBigEndian = false)
    {
        return isBigEndian
            ? BinaryPrimitives.ReadUInt16BigEndian(bytes[at..])
            : BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
    }

    private static uint U32(ReadOnlySpan<byte> bytes, int at, bool isBigEndian = false)
    {
        return isBigEndian
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes[at..])
            : BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
    }
}
