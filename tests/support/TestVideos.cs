using OpenCvSharp;
using Streaming.Model.Structures;
using Streaming.Stages.Cv;

namespace Streaming.Testing;

/// <summary>Small real videos and pictures, made when needed.</summary>
public static class TestVideos
{
    static TestVideos()
    {
        Assert.Null(OpenCv.MissingLibrary);
    }

    /// <summary>Writes an MP4 in which a square wanders over a gradient; every frame differs from its neighbours.</summary>
    public static string Write(string path, int frames, ImageSize size, double rate = 25)
    {
        var codec = FourCC.FromString("mp4v");
        using var writer = new VideoWriter(path, VideoCaptureAPIs.FFMPEG, codec, rate, new Size(size.Width, size.Height));
        Assert.True(writer.IsOpened());
        for (var i = 0; i < frames; i++)
        {
            using var frame = Draw(size, i);
            writer.Write(frame);
        }

        return path;
    }

    /// <summary>Writes a picture.</summary>
    public static string WriteImage(string path, ImageSize size, int number = 0)
    {
        using var frame = Draw(size, number);
        Assert.True(Cv2.ImWrite(path, frame));
        return path;
    }

    private static Mat Draw(ImageSize size, int number)
    {
        var frame = new Mat(size.Height, size.Width, MatType.CV_8UC3, new Scalar(40, 90 + (number % 50), 160));
        var side = Math.Max(size.Height / 3, 4);
        var (left, top) = (number * 3 % Math.Max(size.Width - side, 1), number * 2 % Math.Max(size.Height - side, 1));
        Cv2.Rectangle(frame, new Rect(left, top, side, side), new Scalar(220, 200, 30), -1);
        Cv2.Circle(frame, new Point(size.Width * 2 / 3, size.Height / 2), side / 2, new Scalar(20, 20, 200), -1);
        return frame;
    }
}
