using System.Runtime.InteropServices;
using OpenCvSharp;
using Streaming.Stages.Frames;

namespace Streaming.Stages;

/// <summary>The few things that all users of OpenCV here share.</summary>
public static class OpenCv
{
    /// <summary>The system libraries that OpenCV's native library needs, with the packages of Debian and Ubuntu.</summary>
    private static readonly (string Library, string Package)[] Needs =
        [("libgtk-3.so.0", "libgtk-3-0"), ("libdrm.so.2", "libdrm2"), ("libatomic.so.1", "libatomic1")];

    private static readonly Lazy<string?> Missing = new(Probe);

    /// <summary>OpenCV's version.</summary>
    public static string Version => Cv2.GetVersionString() ?? "";

    /// <summary>The decoders' library with its version, as OpenCV's own build report names it, for example "avcodec 61.19.101".</summary>
    public static string Codecs
    {
        get
        {
            var line = Cv2.GetBuildInformation().Split('\n').FirstOrDefault(line => line.Contains("avcodec:", StringComparison.Ordinal));
            return line is null ? "no FFmpeg: no videos" : $"avcodec {line[(line.IndexOf('(', StringComparison.Ordinal) + 1)..].Trim().TrimEnd(')')}";
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
        catch (Exception exception) when (exception is TypeInitializationException or DllNotFoundException or OpenCvSharpException)
        {
            var missing = Needs.Where(need => !NativeLibrary.TryLoad(need.Library, out _)).ToArray();
            return missing.Length == 0
                ? $"OpenCV's native library does not load: {exception.GetBaseException().Message.Split('\n')[0]}"
                : $"OpenCV needs {string.Join(", ", missing.Select(need => need.Library))}, which this machine lacks: apt-get install -y --no-install-recommends {string.Join(' ', missing.Select(need => need.Package))}";
        }
    }
}
