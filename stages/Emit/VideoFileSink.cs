using OpenCvSharp;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Emit;

/// <summary>
/// Writes a source's frames with their detections drawn in as an MP4 of the codec that OpenCV carries (mp4v): for machines
/// without an H.264 encoder.
/// </summary>
internal sealed class VideoFileSink : IFrameSink
{
    private const double DefaultRate = 25;

    private readonly VideoWriter _writer;
    private readonly EvenPicture _even;
    private long _frames;

    /// <summary>Creates the file, replacing one of that name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="source">Its size and rate become the video's.</param>
    /// <exception cref="EmitException">The file cannot be written.</exception>
    public VideoFileSink(string path, SourceInfo source)
    {
        (Target, _even) = (path, new EvenPicture(source.Size));
        CheckWritable(path);
        var (codec, rate) = (FourCC.FromString("mp4v"), source.FrameRate?.Value ?? DefaultRate);
        _writer = new VideoWriter(path, VideoCaptureAPIs.FFMPEG, codec, rate, new Size(_even.Size.Width, _even.Size.Height));
        if (!_writer.IsOpened())
        {
            Dispose();
            throw new EmitException($"{path}: OpenCV cannot write an MP4 video of {_even.Size} here.");
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

        using var picture = _even.Of(frame.Annotated);
        _writer.Write(picture);
        _frames++;
    }

    /// <inheritdoc/>
    public void Complete(StreamSummary summary)
    {
        _writer.Release();

        // OpenCV reports no failed write, for example on a full disk: look at what is there.
        using var reader = new VideoCapture(Target, VideoCaptureAPIs.FFMPEG);
        var written = reader.IsOpened() ? (long)reader.Get(VideoCaptureProperties.FrameCount) : 0;
        if (written < _frames)
        {
            throw new EmitException(
                $"{Target}: the video is damaged, {written} of {_frames} frames can be read; is the disk full?");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer.Dispose();
    }

    /// <summary>Media libraries only say that they failed: this asks the operating system, and tells its reason.</summary>
    internal static void CheckWritable(string path)
    {
        try
        {
            using var probe = new FileStream(path, FileMode.Create, FileAccess.Write);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw EmitException.For(path, exception);
        }
    }
}
