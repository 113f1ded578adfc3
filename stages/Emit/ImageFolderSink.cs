using OpenCvSharp;
using Streaming.Stages.Cv;
using Streaming.Stages.Frames;
using Streaming.Stages.Render;

namespace Streaming.Stages.Emit;

/// <summary>Writes pictures with their detections drawn in, each under its own name, into a folder.</summary>
public sealed class ImageFolderSink : IFrameSink
{
    private readonly PixelPool _pool;
    private readonly double _minScore;

    /// <summary>Creates the folder if need be.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="pool">Where the drawing gets its memory.</param>
    /// <param name="minScore">Detections below this score are not drawn, 0 to 1.</param>
    /// <exception cref="EmitException">The folder cannot be made.</exception>
    public ImageFolderSink(string folder, PixelPool pool, double minScore)
    {
        (Target, _pool, _minScore) = (folder, pool, minScore);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw EmitException.For(folder, exception);
        }
    }

    /// <inheritdoc/>
    public string Target { get; }

    /// <inheritdoc/>
    public void Write(Frame frame, FrameResult result)
    {
        if (frame.Failure is not null)
        {
            // There is no picture.
            return;
        }

        using var drawn = AnnotatedPicture.Draw(frame, result, _pool, _minScore);
        using var picture = OpenCv.AsMat(drawn);
        var name = Path.GetFileNameWithoutExtension(frame.Identity.Name ?? $"{frame.Identity.Index:d6}");
        var path = Path.Combine(Target, $"{name}.jpg");
        try
        {
            Cv2.ImEncode(".jpg", picture, out var bytes, new ImageEncodingParam(ImwriteFlags.JpegQuality, 92));
            File.WriteAllBytes(path, bytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw EmitException.For(path, exception);
        }
    }

    /// <inheritdoc/>
    public void Complete(StreamSummary summary)
    {
        // Every picture is whole already.
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing stays open.
    }
}
