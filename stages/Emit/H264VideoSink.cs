using OpenCvSharp;
using Streaming.Model.Structures;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;
using Streaming.Stages.Gst;

namespace Streaming.Stages.Emit;

/// <summary>
/// Writes a source's frames with their detections drawn in, as an H.264 video that browsers play. Each frame keeps its time; the
/// file is written in fragments of a second, so that it can be played as far as it goes even if the program is killed.
/// </summary>
public sealed class H264VideoSink : IFrameSink
{
    /// <summary>What every encoder and every player takes.</summary>
    internal const string Format = "I420";

    private static readonly TimeSpan FinishTimeout = TimeSpan.FromSeconds(30);
    private static readonly FrameRate DefaultRate = new(25, 1);

    private readonly GstPipeline _pipeline;
    private readonly nint _input;
    private readonly ImageSize _size;
    private readonly OutputClock _clock;
    private bool _isComplete;

    /// <summary>Creates the file, replacing one of that name.</summary>
    /// <param name="path">The file; .mkv makes a Matroska file, everything else an MP4.</param>
    /// <param name="source">Its size becomes the video's.</param>
    /// <exception cref="EmitException">The file cannot be written.</exception>
    public H264VideoSink(string path, SourceInfo source)
    {
        Target = path;
        // Colours are stored for two by two pixels.
        _size = new ImageSize(Math.Max(source.Size.Height & ~1, 2), Math.Max(source.Size.Width & ~1, 2));
        var rate = source.FrameRate ?? DefaultRate;
        _clock = new OutputClock(rate);
        VideoFileSink.CheckWritable(path);
        var container = Path.GetExtension(path).Equals(".mkv", StringComparison.OrdinalIgnoreCase)
            ? "matroskamux"
            : "mp4mux fragment-duration=1000 fragment-mode=first-moov-then-finalise";
        try
        {
            _pipeline = new GstPipeline(
                $"appsrc name=input format=time block=true max-bytes={4 * 3 * _size.Height * _size.Width} ! videoconvert n-threads=1 ! video/x-raw,format={Format} ! {H264Encoder.Settings} ! h264parse ! {container} ! filesink name=file");
        }
        catch (InvalidOperationException exception)
        {
            throw new EmitException($"{path}: GStreamer cannot write this video ({exception.Message}): apt-get install -y --no-install-recommends {GStreamer.Packages}", exception);
        }

        _input = _pipeline["input"];
        GstNative.SetText(_pipeline["file"], "location", path);
        var caps = GstNative.gst_caps_from_string($"video/x-raw,format=BGR,width={_size.Width},height={_size.Height},framerate={rate.Numerator}/{rate.Denominator}");
        GstNative.gst_app_src_set_caps(_input, caps);
        GstNative.gst_mini_object_unref(caps);
        _pipeline.Play();
    }

    /// <inheritdoc/>
    public string Target { get; }

    /// <inheritdoc/>
    public void Write(OutputFrame frame)
    {
        var drawn = frame.Annotated;
        if (Push(drawn, _clock.Next(frame.Result.Identity)) != GstNative.FlowOk)
        {
            throw Failure(_pipeline.TakeError()?.Message ?? "it does not take any more frames");
        }
    }

    /// <inheritdoc/>
    public void Complete(StreamSummary summary)
    {
        _isComplete = true;
        _ = GstNative.gst_app_src_end_of_stream(_input);
        if (_clock.IsEmpty)
        {
            return;
        }

        if (_pipeline.WaitForEnd(FinishTimeout) is { } error)
        {
            throw Failure(error.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isComplete && !_clock.IsEmpty)
        {
            // After an abort too the video shall be whole as far as it goes.
            _ = GstNative.gst_app_src_end_of_stream(_input);
            _ = _pipeline.WaitForEnd(TimeSpan.FromSeconds(5));
            _isComplete = true;
        }

        _pipeline.Dispose();
    }

    private EmitException Failure(string reason)
    {
        return new EmitException($"{Target}: the video cannot be written: {reason.TrimEnd('.')}; is the disk full?");
    }

    private unsafe int Push(PixelBuffer drawn, TimeSpan pts)
    {
        using var picture = OpenCv.AsMat(drawn);
        using var fitted = new Mat();
        var isFitting = drawn.Size == _size;
        if (!isFitting)
        {
            Cv2.Resize(picture, fitted, new Size(_size.Width, _size.Height), interpolation: InterpolationFlags.Area);
        }

        // GStreamer's rows begin at multiples of four bytes.
        var (row, stride) = (_size.Width * 3, ((_size.Width * 3) + 3) & ~3);
        var buffer = GstNative.gst_buffer_new_allocate(0, (nuint)(stride * _size.Height), 0);
        var from = isFitting ? picture : fitted;
        for (var y = 0; y < _size.Height; y++)
        {
            _ = GstNative.gst_buffer_fill(buffer, (nuint)(y * stride), from.Data + (nint)(y * from.Step()), (nuint)row);
        }

        *(ulong*)(buffer + GstNative.BufferPts) = (ulong)pts.Ticks * 100;
        return GstNative.gst_app_src_push_buffer(_input, buffer);
    }
}

/// <summary>
/// The times of an output video: the frames' own, but always rising. After a reconnect, when a source's time starts again, the output
/// goes on where it was.
/// </summary>
/// <param name="rate">Says how long a frame lasts where its time does not.</param>
internal sealed class OutputClock(FrameRate rate)
{
    private readonly TimeSpan _frame = TimeSpan.FromSeconds(1 / rate.Value);
    private TimeSpan _offset;
    private TimeSpan _next;
    private int _epoch;

    /// <summary>Whether no frame came yet.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>When a frame is shown.</summary>
    public TimeSpan Next(FrameIdentity frame)
    {
        if (IsEmpty || frame.Epoch != _epoch)
        {
            // A video begins at 0, whatever part of the source it shows.
            (_offset, _epoch) = (_next - frame.Pts, frame.Epoch);
        }

        var pts = frame.Pts + _offset;
        // Times that stand still or go back would not be shown at all.
        pts = IsEmpty || pts > _next - _frame ? pts : _next;
        (_next, IsEmpty) = (pts + _frame, false);
        return pts;
    }
}
