using OpenCvSharp;
using Streaming.Model.Native;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Cv;

/// <summary>The few things that all users of OpenCV here share.</summary>
internal static class OpenCv
{
    private static readonly Lazy<string?> Missing = new(Probe);

    /// <summary>OpenCV's version.</summary>
    public static string Version => Cv2.GetVersionString() ?? "";

    /// <summary>The decoders' library and its version as OpenCV's build report names it: "avcodec 61.19.101".</summary>
    public static string Codecs
    {
        get
        {
            var report = Cv2.GetBuildInformation().Split('\n');
            var line = report.FirstOrDefault(line => line.Contains("avcodec:", StringComparison.Ordinal));
            return line is null ? "no FFmpeg: no videos" : $"avcodec {line.Split('(')[^1].Trim().TrimEnd(')')}";
        }
    }

    /// <summary>Writes a video of one frame and reads it back.</summary>
    public static bool CanWriteMp4()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.mp4");
        try
        {
            using (var writer = new VideoWriter(path, VideoCaptureAPIs.FFMPEG, FourCC.FromString("mp4v"), 25, new Size(64, 64)))
            using (var picture = new Mat(64, 64, MatType.CV_8UC3, Scalar.Black))
            {
                writer.Write(picture);
            }

            using var reader = new VideoCapture(path, VideoCaptureAPIs.FFMPEG);
            return reader.IsOpened() && reader.Grab();
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Null when OpenCV loads; otherwise what is missing, and how to get it.</summary>
    public static string? MissingLibrary => Missing.Value;

    /// <summary>A matrix over a buffer's memory: no copy; valid as long as the buffer is.</summary>
    internal static Mat AsMat(PixelBuffer pixels)
    {
        return Mat.FromPixelData(pixels.Size.Height, pixels.Size.Width, MatType.CV_8UC3, pixels.Address);
    }

    private static string? Probe()
    {
        try
        {
            _ = Cv2.GetVersionString();
            return null;
        }
        catch (Exception exception)
            when (exception is TypeInitializationException or DllNotFoundException or OpenCvSharpException)
        {
            var reason = exception.GetBaseException().Message.Split('\n')[0].Trim().TrimEnd('.');
            return $"OpenCV's native library does not load ({reason}); it needs no system library beyond those of .NET, "
                + $"but a place for a copy: make {CacheFolder.Path} or {Path.GetTempPath()} writable, and allow programs there.";
        }
    }
}
