using System.Diagnostics;
using OpenCvSharp;
using Streaming.Stages.Cv;

namespace Streaming.DecoderFuzz;

/// <summary>Small good videos and pictures of many formats.</summary>
internal static class MediaSeeds
{
    private const string Picture = "videotestsrc num-buffers=8 ! video/x-raw,width=64,height=48,framerate=25/1 ! ";

    private static readonly string[] Pipelines =
    [
        "x264enc speed-preset=ultrafast ! mpegtsmux",
        "x264enc speed-preset=ultrafast ! matroskamux",
        "x264enc speed-preset=ultrafast ! mp4mux",
        "x264enc speed-preset=ultrafast ! flvmux",
        "x265enc speed-preset=ultrafast ! mpegtsmux",
        "vp8enc ! webmmux",
        "vp9enc ! webmmux",
        "avenc_mpeg4 ! avimux",
        "theoraenc ! oggmux",
        "jpegenc ! multipartmux",
        "jpegenc ! avimux",
        "pngenc",
    ];

    /// <summary>For OpenCV.</summary>
    public static IReadOnlyList<byte[]> Files(string folder)
    {
        _ = OpenCv.MissingLibrary;
        var seeds = new List<byte[]>();
        using var drawing = new Mat(48, 64, MatType.CV_8UC3, new Scalar(40, 90, 160));
        Cv2.Circle(drawing, new Point(30, 20), 12, new Scalar(20, 20, 200), -1);
        foreach (var extension in new[] { ".jpg", ".png", ".tiff", ".bmp", ".webp" })
        {
            Cv2.ImEncode(extension, drawing, out var bytes);
            seeds.Add(bytes);
        }

        foreach (var (codec, extension) in new[] { ("mp4v", ".mp4"), ("MJPG", ".avi"), ("FFV1", ".mkv") })
        {
            var path = Path.Combine(folder, $"seed{extension}");
            using (var writer = new VideoWriter(path, VideoCaptureAPIs.FFMPEG, FourCC.FromString(codec), 25, drawing.Size()))
            {
                for (var i = 0; i < 8; i++)
                {
                    Cv2.Circle(drawing, new Point(8 * i, 5 * i), 6, new Scalar(30 * i, 200, 30), -1);
                    writer.Write(drawing);
                }
            }

            seeds.Add(File.ReadAllBytes(path));
        }

        return [.. seeds, .. Streams(folder)];
    }

    /// <summary>For GStreamer; those that it cannot write on this machine are left out.</summary>
    public static IReadOnlyList<byte[]> Streams(string folder)
    {
        var seeds = new List<byte[]>();
        foreach (var pipeline in Pipelines)
        {
            var path = Path.Combine(folder, "seed");
            File.Delete(path);
            var command = $"gst-launch-1.0 -q {Picture}{pipeline} ! filesink location={path}";
            using var process = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode == 0 && new FileInfo(path) is { Exists: true, Length: > 0 })
            {
                seeds.Add(File.ReadAllBytes(path));
            }
        }

        return seeds;
    }

    /// <summary>What the file should be called, so that it is opened as a picture or as a video.</summary>
    public static string ExtensionOf(byte[] bytes)
    {
        return bytes switch
        {
            [0xff, 0xd8, ..] => ".jpg",
            [0x89, (byte)'P', ..] => ".png",
            [(byte)'I', (byte)'I', ..] => ".tiff",
            [(byte)'B', (byte)'M', ..] => ".bmp",
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', ..] => ".webp",
            _ => ".mp4",
        };
    }
}
