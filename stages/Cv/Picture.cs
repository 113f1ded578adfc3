using System.Runtime.InteropServices;
using OpenCvSharp;
using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Cv;

/// <summary>Decodes picture files: JPEG, PNG, BMP, WebP, TIFF and PNM.</summary>
internal static class Picture
{
    /// <summary>A picture's pixels, turned upright as its EXIF data says.</summary>
    /// <param name="file">The file.</param>
    /// <returns>Rows of B, G, R without gaps, and the size.</returns>
    /// <exception cref="DecodeException">It cannot be read or decoded, is cut off or larger than 100 megapixels.</exception>
    public static (byte[] Pixels, ImageSize Size) Read(string file)
    {
        using var picture = Decode(file, PixelLimit.Default);
        var size = new ImageSize(picture.Rows, picture.Cols);
        var (pixels, row) = (new byte[size.Height * size.Width * 3], size.Width * 3);
        for (var y = 0; y < size.Height; y++)
        {
            Marshal.Copy(picture.Ptr(y), pixels, y * row, row);
        }

        return (pixels, size);
    }

    /// <summary>A picture's size as its header says it, before it is turned upright; null when the file is no picture.</summary>
    internal static ImageSize? Measure(string file)
    {
        try
        {
            return PictureHeader.Read(File.ReadAllBytes(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A picture as OpenCV has it; the caller owns it.</summary>
    /// <exception cref="DecodeException">It cannot be read or decoded, is cut off or too large.</exception>
    internal static Mat Decode(string file, PixelLimit limit)
    {
        return Decode(ReadFile(file), file, limit);
    }

    /// <summary>A picture as OpenCV has it; the caller owns it.</summary>
    /// <param name="content">The file's bytes.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="limit">The largest picture.</param>
    /// <exception cref="DecodeException">It cannot be decoded, is cut off or too large.</exception>
    internal static Mat Decode(byte[] content, string file, PixelLimit limit)
    {
        if (OpenCv.MissingLibrary is { } missing)
        {
            throw new DecodeException(DecodeError.MissingLibrary, missing);
        }

        var size = PictureHeader.Read(content) ?? throw Damaged("it is damaged or no picture at all");
        limit.Check(size, file);
        if (JpegFile.IsJpeg(content) && !JpegFile.IsWhole(content))
        {
            throw Damaged("it is cut off");
        }

        try
        {
            var mat = Cv2.ImDecode(content, ImreadModes.Color);
            if (!mat.Empty())
            {
                return mat;
            }

            mat.Dispose();
        }
        catch (OpenCVException exception)
        {
            throw Damaged("it is damaged", exception);
        }

        throw Damaged("it is damaged or cut off");

        DecodeException Damaged(string why, Exception? cause = null)
        {
            return new DecodeException(DecodeError.Corrupt, $"{file}: the picture cannot be decoded: {why}.", cause);
        }
    }

    private static byte[] ReadFile(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new DecodeException(DecodeError.PermissionDenied, $"{file}: may not be read: permission denied.", exception);
        }
        catch (IOException exception)
        {
            var reason = exception.Message.TrimEnd('.');
            throw new DecodeException(DecodeError.NotFound, $"{file}: cannot be read: {reason}.", exception);
        }
    }
}
