using OpenCvSharp;
using Streaming.Stages.Cv;

namespace Streaming.Stages.Emit;

/// <summary>Writes pictures with their detections drawn in, each under its own name, into a folder.</summary>
internal sealed class ImageFolderSink : IFrameSink
{

    /// <summary>Creates the folder if need be.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="EmitException">The folder cannot be made.</exception>
    public ImageFolderSink(string folder)
    {
        Target = folder;
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
    public void Write(OutputFrame frame)
    {
        if (frame.Frame.Failure is not null)
        {
            // There is no picture.
            return;
        }

        var drawn = frame.Annotated;
        using var picture = OpenCv.AsMat(drawn);
        var identity = frame.Result.Identity;
        var path = Path.Combine(Target, Path.ChangeExtension(identity.Name ?? $"{identity.Index:d6}", ".jpg"));
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
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
