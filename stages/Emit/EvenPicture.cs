using OpenCvSharp;
using Streaming.Model.Structures;
using Streaming.Stages.Cv;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit;

/// <summary>
/// Pictures as video encoders want them: all of one size, width and height even, since colours are stored for two by two pixels.
/// An odd size gains a column or row that repeats the last one; nothing is cut off.
/// </summary>
/// <param name="source">The size of the source's frames.</param>
internal sealed class EvenPicture(ImageSize source)
{
    /// <summary>The size of the video.</summary>
    public ImageSize Size { get; } = new((source.Height + 1) & ~1, (source.Width + 1) & ~1);

    /// <summary>A picture in the video's size; one of another size than the source's is fitted first.</summary>
    /// <param name="pixels">The picture; must live as long as the result.</param>
    /// <returns>A picture that the caller disposes.</returns>
    public Mat Of(PixelBuffer pixels)
    {
        var picture = OpenCv.AsMat(pixels);
        if (pixels.Size == Size)
        {
            return picture;
        }

        using (picture)
        {
            using var fitted = new Mat();
            var isSource = pixels.Size == source;
            if (!isSource)
            {
                Cv2.Resize(picture, fitted, new Size(source.Width, source.Height), interpolation: InterpolationFlags.Area);
            }

            var even = new Mat();
            var (rows, columns) = (Size.Height - source.Height, Size.Width - source.Width);
            Cv2.CopyMakeBorder(isSource ? picture : fitted, even, 0, rows, 0, columns, BorderTypes.Replicate);
            return even;
        }
    }
}
