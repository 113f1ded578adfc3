using System.Runtime.InteropServices;
using OpenCvSharp;
using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Cv;

/// <summary>Decodes picture files.</summary>
public static class Picture
{
    /// <summary>A picture's pixels, turned upright as its EXIF data says.</summary>
    /// <param name="file">The file.</param>
    /// <returns>Rows of B, G, R without gaps, and the size.</returns>
    /// <exception cref="DecodeException">It cannot be decoded.</exception>
    public static (byte[] Pixels, ImageSize Size) Read(string file)
    {
        using var picture = Decode(file);
        var size = new ImageSize(picture.Rows, picture.Cols);
        var (pixels, row) = (new byte[size.Height * size.Width * 3], size.Width * 3);
        for (var y = 0; y < size.Height; y++)
        {
            Marshal.Copy(picture.Ptr(y), pixels, y * row, row);
        }

        return (pixels, size);
    }

    /// <summary>A picture as OpenCV has it; the caller owns it.</summary>
    internal static Mat Decode(string file)
    {
        try
        {
            var mat = Cv2.ImRead(file, ImreadModes.Color);
            if (!mat.Empty())
            {
                return mat;
            }

            mat.Dispose();
        }
        catch (OpenCVException exception)
        {
            throw new DecodeException(DecodeError.Corrupt, $"{file}: the picture cannot be decoded: {exception.Message}", exception);
        }

        throw new DecodeException(DecodeError.Corrupt, $"{file}: the picture cannot be decoded: it is damaged or no picture at all.");
    }
}
