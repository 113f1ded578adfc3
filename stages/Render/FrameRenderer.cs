using System.Globalization;
using OpenCvSharp;
using Streaming.Model.Structures;
using Streaming.Stages.Cv;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Render;

/// <summary>Draws detections into a picture: masks blended in with their contours, boxes, names and scores.</summary>
internal static class FrameRenderer
{
    private const int MaskOpacity = 110; // of 256

    /// <summary>What no track has taken up, where colours stand for objects.</summary>
    private static readonly (byte Blue, byte Green, byte Red) Grey = (160, 160, 160);

    /// <summary>
    /// Draws over the picture what scores enough, the worst first, so that the best lie on top.
    /// </summary>
    /// <param name="pixels">The picture.</param>
    /// <param name="detections">Best first.</param>
    /// <param name="wanted">What is drawn, and in which colours.</param>
    /// <param name="trails">Where tracks have been, by their ids.</param>
    public static void Draw(
        PixelBuffer pixels,
        IReadOnlyList<Detection> detections,
        PictureStyle wanted,
        IReadOnlyDictionary<long, (int X, int Y)[]> trails)
    {
        Detection[] shown = [.. detections.Where(detection => detection.Score >= wanted.MinScore).Reverse()];
        using var picture = OpenCv.AsMat(pixels);
        var style = Style.For(pixels.Size.Height, pixels.Size.Width);
        foreach (var detection in shown)
        {
            if (detection.Mask is { } mask)
            {
                DrawMask(pixels, picture, mask, ColorOf(detection), style);
            }
        }

        foreach (var detection in shown)
        {
            if (detection.Track is { } track && trails.GetValueOrDefault(track.Id) is { Length: > 1 } trail)
            {
                var (blue, green, red) = ColorOf(detection);
                var points = trail.Select(place => new Point(place.X, place.Y));
                Cv2.Polylines(picture, [points], false, new Scalar(blue, green, red), style.Line, LineTypes.AntiAlias);
            }
        }

        foreach (var detection in shown)
        {
            DrawBox(picture, detection, ColorOf(detection), style);
        }

        (byte Blue, byte Green, byte Red) ColorOf(Detection detection)
        {
            return !wanted.IsByObject ? ClassColors.Of(detection.Class)
                : detection.Track is { } track ? ClassColors.Of((int)(track.Id % 1_000_000))
                : Grey;
        }
    }

    private static unsafe void DrawMask(
        PixelBuffer pixels, Mat picture, Rle rle, (byte Blue, byte Green, byte Red) color, Style style)
    {
        var (left, top, width, height) = rle.BoundingBox();
        if (width == 0)
        {
            return;
        }

        // A margin of one pixel lets the contour close at the border.
        var (rows, columns) = (height + 2, width + 2);
        var mask = new byte[rows * columns];
        var at = 0L;
        for (var i = 0; i < rle.Counts.Count; at += rle.Counts[i], i++)
        {
            for (var p = at; i % 2 == 1 && p < at + rle.Counts[i]; p++)
            {
                mask[(((p % rle.Size.Height) - top + 1) * columns) + (p / rle.Size.Height) - left + 1] = 255;
            }
        }

        var (blue, green, red) = color;
        for (var y = 0; y < height; y++)
        {
            var row = pixels.Span.Slice(((top + y) * pixels.Stride) + (left * 3), width * 3);
            Blend(row, mask.AsSpan(((y + 1) * columns) + 1, width), blue, green, red);
        }

        fixed (byte* data = mask)
        {
            using var mat = Mat.FromPixelData(rows, columns, MatType.CV_8UC1, (nint)data);
            Cv2.FindContours(
                mat,
                out Point[][] contours,
                out _,
                RetrievalModes.External,
                ContourApproximationModes.ApproxSimple,
                new Point(left - 1, top - 1));
            Cv2.DrawContours(picture, contours, -1, new Scalar(blue, green, red), style.Line, LineTypes.AntiAlias);
        }
    }

    private static void Blend(Span<byte> row, ReadOnlySpan<byte> set, byte blue, byte green, byte red)
    {
        for (var x = 0; x < set.Length; x++)
        {
            if (set[x] != 0)
            {
                row[x * 3] = Mix(row[x * 3], blue);
                row[(x * 3) + 1] = Mix(row[(x * 3) + 1], green);
                row[(x * 3) + 2] = Mix(row[(x * 3) + 2], red);
            }
        }
    }

    private static byte Mix(byte from, byte to)
    {
        return (byte)(((from * (256 - MaskOpacity)) + (to * MaskOpacity)) >> 8);
    }

    private static void DrawBox(Mat picture, Detection detection, (byte Blue, byte Green, byte Red) colors, Style style)
    {
        var (blue, green, red) = colors;
        var color = new Scalar(blue, green, red);
        var box = new Rect(
            (int)detection.Box.X0,
            (int)detection.Box.Y0,
            (int)Math.Max(detection.Box.Width, 1),
            (int)Math.Max(detection.Box.Height, 1));
        Cv2.Rectangle(picture, box, color, style.Line);

        var id = detection.Track is { } track ? $" #{track.Id}" : "";
        var text = string.Create(CultureInfo.InvariantCulture, $"{detection.Category.Name}{id} {detection.Score * 100:0}%");
        var size = Cv2.GetTextSize(text, HersheyFonts.HersheySimplex, style.Font, style.Stroke, out var baseline);
        var (width, height) = (size.Width + 4, size.Height + baseline + 2);

        // Above the box, or inside where there is no room; never beyond the right border.
        var left = Math.Max(Math.Min(box.X, picture.Cols - width), 0);
        var top = box.Y - height >= 0 ? box.Y - height : Math.Min(box.Y, Math.Max(picture.Rows - height, 0));
        Cv2.Rectangle(picture, new Rect(left, top, width, height), color, -1);
        var isBright = (0.114 * blue) + (0.587 * green) + (0.299 * red) > 140;
        Cv2.PutText(
            picture, text, new Point(left + 2, top + size.Height + 1), HersheyFonts.HersheySimplex, style.Font,
            isBright ? Scalar.Black : Scalar.White, style.Stroke, LineTypes.AntiAlias);
    }

    /// <summary>Widths that suit a picture's size, from 240 lines to 2160.</summary>
    private readonly record struct Style(double Font, int Stroke, int Line)
    {
        public static Style For(int height, int width)
        {
            var side = Math.Min(height, width);
            return new Style(Math.Clamp(side / 1100.0, 0.35, 2), Math.Max(side / 700, 1), Math.Max((side + 200) / 500, 1));
        }
    }
}
