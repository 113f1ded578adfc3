using System.Buffers.Binary;

namespace Streaming.Stages.Cv;

/// <summary>The markers of a JPEG file (ITU-T T.81, annex B).</summary>
internal static class JpegFile
{
    private const byte EndOfImage = 0xd9;

    /// <summary>Whether a file begins as a JPEG does.</summary>
    public static bool IsJpeg(ReadOnlySpan<byte> file)
    {
        return file.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]);
    }

    /// <summary>The size in the frame header; 0 when there is none.</summary>
    public static (long Width, long Height) Measure(ReadOnlySpan<byte> file)
    {
        var at = 2;
        while (Next(file, ref at) is { } marker)
        {
            // SOF0 to SOF15 without DHT, JPG and DAC: length, precision, height, width.
            if (marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc))
            {
                var header = file[at..];
                return (BinaryPrimitives.ReadUInt16BigEndian(header[5..]), BinaryPrimitives.ReadUInt16BigEndian(header[3..]));
            }

            Skip(file, marker, ref at);
        }

        return default;
    }

    /// <summary>
    /// Whether a file goes on to its end mark. Decoders fill up what is missing with grey and say nothing; the end mark of a
    /// preview picture inside the file does not count.
    /// </summary>
    public static bool IsWhole(ReadOnlySpan<byte> file)
    {
        var at = 2;
        while (Next(file, ref at) is { } marker)
        {
            if (marker == EndOfImage)
            {
                return true;
            }

            Skip(file, marker, ref at);
        }

        return false;
    }

    /// <summary>The next marker; <paramref name="at"/> is then behind it. Null at the end.</summary>
    private static byte? Next(ReadOnlySpan<byte> file, ref int at)
    {
        while (at < file.Length && file[at..].IndexOf((byte)0xff) is var found and >= 0)
        {
            at += found;
            while (at < file.Length && file[at] == 0xff)
            {
                at++;
            }

            // Within a scan FF 00 stands for the byte FF, and D0 to D7 are restarts.
            if (at < file.Length && file[at++] is var marker and not 0 and not (>= 0xd0 and <= 0xd7))
            {
                return marker;
            }
        }

        return null;
    }

    /// <summary>Goes past a marker's segment. What follows a scan's header is searched for the next marker.</summary>
    private static void Skip(ReadOnlySpan<byte> file, byte marker, ref int at)
    {
        if (marker is not (0x01 or 0xd8 or EndOfImage) && at + 2 <= file.Length)
        {
            at += Math.Max((int)BinaryPrimitives.ReadUInt16BigEndian(file[at..]), 2);
        }
    }
}
