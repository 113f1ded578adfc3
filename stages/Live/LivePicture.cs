using OpenCvSharp;
using Streaming.Model.Structures;
using Streaming.Stages.Cv;
using Streaming.Stages.Emit;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Live;

/// <summary>
/// A picture for viewers together with what was found in that very frame, so that the two can never come apart.
/// </summary>
/// <param name="Number">Counts the pictures of a source in one size, from 1.</param>
/// <param name="Jpeg">The picture without anything drawn in.</param>
/// <param name="Json">What was found, in UTF-8 (docs/live.md).</param>
internal sealed record LivePicture(long Number, byte[] Jpeg, byte[] Json)
{
    /// <summary>Of 100: what a busy street needs to look clean.</summary>
    private const int Quality = 75;

    /// <summary>Encodes a frame.</summary>
    /// <param name="frame">The frame; it stays the caller's.</param>
    /// <param name="size">What viewers want.</param>
    /// <param name="number">See <see cref="Number"/>.</param>
    public static LivePicture Of(OutputFrame frame, LiveSize size, long number)
    {
        var fitted = size.Fit(frame.Result.Size);
        return new LivePicture(number, Encode(frame.Frame.Pixels, fitted), LiveJson.Of(frame.Result, fitted, number));
    }

    /// <summary>Pixels as JPEG, shrunk to a size.</summary>
    public static byte[] Encode(PixelBuffer pixels, ImageSize size)
    {
        using var picture = OpenCv.AsMat(pixels);
        if (size == pixels.Size)
        {
            return Encode(picture);
        }

        using var small = new Mat();
        Cv2.Resize(picture, small, new Size(size.Width, size.Height), 0, 0, InterpolationFlags.Area);
        return Encode(small);
    }

    private static byte[] Encode(Mat picture)
    {
        return picture.ToBytes(".jpg", new ImageEncodingParam(ImwriteFlags.JpegQuality, Quality));
    }
}
