using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Model.Structures;
using Streaming.Stages.Frames;
using Streaming.Stages.Gst;

namespace Streaming.Stages.Emit;

/// <summary>
/// Writes a source's frames with their detections drawn in, as an H.264 video that browsers play. Each frame keeps its time; the
/// file is written in fragments of a second, so that it can be played as far as it goes even if the program is killed.
/// </summary>
internal sealed class H264VideoSink : IFrameSink
{
    /// <summary>What every encoder and every player takes.</summary>
    internal const string Format = "I420";

    private static readonly TimeSpan FinishTimeout = TimeSpan.FromSeconds(30);
    private static readonly FrameRate DefaultRate = new(25, 1);

    private readonly GstPipeline _pipeline;
    private readonly GstAppSrc _input;
    private readonly SourceInfo _source;
    private readonly EvenPicture _even;
    private readonly OutputClock _clock;
    private readonly ILogger _logger;
    private bool _isComplete;
    private bool _hasFailed;
    private bool _startsLate;

    /// <summary>Creates the file, replacing one of that name.</summary>
    /// <param name="path">The file; .mkv makes a Matroska file, everything else an MP4.</param>
    /// <param name="source">Its size becomes the video's, and its sound the video's if it is a file.</param>
    /// <param name="logger">Told why there is no sound; null for nobody.</param>
    /// <exception cref="EmitException">The file cannot be written.</exception>
    public H264VideoSink(string path, SourceInfo source, ILogger? logger = null)
    {
        (Target, _source, _even, _logger) = (path, source, new EvenPicture(source.Size), logger ?? NullLogger.Instance);
        var rate = source.FrameRate ?? DefaultRate;
        _clock = new OutputClock(rate);
        VideoFileSink.CheckWritable(path);
        var container = IsMatroska(path)
            ? "matroskamux"
            : "mp4mux fragment-duration=1000 fragment-mode=first-moov-then-finalise";
        try
        {
            _pipeline = new GstPipeline(
                $"appsrc name=input format=time block=true max-bytes={4 * 3L * _even.Size.Height * _even.Size.Width}"
                + $" ! videoconvert n-threads=1 ! video/x-raw,format={Format} ! {H264Encoder.Settings}"
                + $" ! {container} ! filesink name=file");
        }
        catch (InvalidOperationException exception)
        {
            throw new EmitException(
                $"{path}: GStreamer cannot write this video ({exception.Message}): {GStreamer.EncoderAdvice}", exception);
        }

        _input = new GstAppSrc(_pipeline["input"], _even.Size, rate);
        _pipeline["file"].Set("location", path);
        _pipeline.Play();
    }

    /// <inheritdoc/>
    public string Target { get; }

    /// <inheritdoc/>
    public void Write(OutputFrame frame)
    {
        if (frame.Frame.Failure is not null)
        {
            // There is no picture.
            _startsLate |= _clock.IsEmpty;
            return;
        }

        using var picture = _even.Of(frame.Annotated);
        if (!_input.TryPush(new ImageView(picture.AsSpan<byte>(), _even.Size), _clock.Next(frame.Result.Identity)))
        {
            throw Failure(_pipeline.TakeError()?.Message ?? "it does not take any more frames");
        }
    }

    /// <inheritdoc/>
    public void Complete(StreamSummary summary)
    {
        _isComplete = true;
        _input.End();
        if (_clock.IsEmpty)
        {
            return;
        }

        if (_pipeline.WaitForEnd(FinishTimeout) is { } error)
        {
            throw Failure(error.Message);
        }

        // The file is the video alone so far. It is taken over when its sound is in, and remains as it is otherwise.
        _pipeline.Stop();
        if (SoundTrack.Copy(_source, Target, summary, _startsLate) is { } reason)
        {
            EmitLog.WithoutSound(_logger, Target, reason);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isComplete && !_hasFailed && !_clock.IsEmpty)
        {
            // After an abort too the video shall be whole as far as it goes.
            _input.End();
            _ = _pipeline.WaitForEnd(TimeSpan.FromSeconds(5));
            _isComplete = true;
        }

        _pipeline.Dispose();
    }

    private EmitException Failure(string reason)
    {
        _hasFailed = true;
        return new EmitException($"{Target}: the video cannot be written: {reason.TrimEnd('.')}; is the disk full?");
    }

    /// <summary>Whether a file's name is that of a Matroska file.</summary>
    internal static bool IsMatroska(string path)
    {
        return Path.GetExtension(path).Equals(".mkv", StringComparison.OrdinalIgnoreCase);
    }
}
