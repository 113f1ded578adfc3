using OpenCvSharp;
using Streaming.Model.Structures;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Decode;

/// <summary>A video file, decoded by OpenCV (FFmpeg); rotation is applied, and each frame keeps the container's time.</summary>
public sealed class VideoFileSource : IFrameSource
{
    /// <summary>CAP_PROP_N_THREADS: one thread decodes 1080p in 8 ms; the cores have better to do.</summary>
    private const int ThreadsProperty = 70;

    /// <summary>
    /// A file may hold a few frames less than its header says (cut without re-encoding); more missing means that it is truncated.
    /// </summary>
    private const double ToleratedMissing = 0.01;

    private readonly VideoCapture _capture;
    private readonly PixelPool _pool;
    private readonly TimeProvider _time;
    private readonly string _path;
    private Frame? _first;
    private long _index;
    private double _lastMilliseconds = -1;

    private VideoFileSource(VideoCapture capture, string path, PixelPool pool, TimeProvider time)
    {
        (_capture, _path, _pool, _time) = (capture, path, pool, time);
        Info = new SourceInfo("", path, default, null, null);
    }

    /// <inheritdoc/>
    public SourceInfo Info { get; private set; }

    /// <summary>Opens a file and decodes its first frame, so that what cannot be decoded is known at once.</summary>
    /// <param name="path">The file.</param>
    /// <param name="id">The source's name.</param>
    /// <param name="pool">Where frames get their memory.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="DecodeException">It is no video that can be decoded.</exception>
    public static VideoFileSource Open(string path, string id, PixelPool pool, TimeProvider time)
    {
        if (OpenCv.MissingLibrary is { } missing)
        {
            throw new DecodeException(DecodeError.MissingLibrary, missing);
        }

        // As a full path FFmpeg cannot take a name such as "tcp:1.mp4" for an address.
        var capture = new VideoCapture(Path.GetFullPath(path), VideoCaptureAPIs.FFMPEG, [ThreadsProperty, 1]);
        var source = new VideoFileSource(capture, path, pool, time);
        try
        {
            if (!capture.IsOpened())
            {
                throw new DecodeException(DecodeError.Unsupported, $"{path}: is not a video that can be decoded: its content is damaged, cut off or of an unsupported format.");
            }

            source.Start(id);
            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Frame? Read(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_first is { } first)
        {
            _first = null;
            return first;
        }

        if (Decode() is { } frame)
        {
            return frame;
        }

        return Info.FrameCount is { } expected && expected - _index > Math.Max(2, expected * ToleratedMissing)
            ? throw new DecodeException(DecodeError.Corrupt, $"{_path}: ends after frame {_index} of {expected}: it is cut off or damaged there.")
            : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _first?.Dispose();
        _first = null;
        _capture.Dispose();
    }

    private void Start(string id)
    {
        _first = Decode() ?? throw new DecodeException(DecodeError.Corrupt, $"{_path}: not one frame can be decoded: it is damaged, cut off or of an unsupported codec.");
        _first = new Frame(_first.Identity with { SourceId = id }, _first.Pixels);
        var count = _capture.Get(VideoCaptureProperties.FrameCount);
        Info = new SourceInfo(id, _path, _first.Pixels.Size, FrameRate.From(_capture.Fps), count is > 0 and < 1e9 ? (long)count : null);
    }

    private Frame? Decode()
    {
        if (!_capture.Grab())
        {
            return null;
        }

        // After a grab OpenCV knows the frame's size and time; it then writes into a matrix of that size as it is.
        var size = Info.Size == default
            ? new ImageSize(_capture.FrameHeight, _capture.FrameWidth)
            : Info.Size;
        var pixels = Retrieve(size);
        if (pixels is null)
        {
            return null;
        }

        var milliseconds = _capture.PosMsec;
        var isTimed = double.IsFinite(milliseconds) && milliseconds > _lastMilliseconds;
        var pts = isTimed ? milliseconds : Estimate();
        _lastMilliseconds = Math.Max(_lastMilliseconds, pts);
        var identity = new FrameIdentity(
            Info.Id, 0, _index++, TimeSpan.FromMicroseconds(Math.Round(pts * 1000)), isTimed ? PtsOrigin.Container : PtsOrigin.Estimated, _time.GetUtcNow());
        return new Frame(identity, pixels);
    }

    /// <summary>The grabbed picture; OpenCV allocates one of its own when the size is not what we thought (rotation, a change on the way).</summary>
    private PixelBuffer? Retrieve(ImageSize size)
    {
        var pixels = size.Height > 0 && size.Width > 0 ? _pool.Rent(size) : _pool.Rent(new ImageSize(1, 1));
        using var mat = OpenCv.AsMat(pixels);
        if (!_capture.Retrieve(mat) || mat.Empty())
        {
            pixels.Dispose();
            return null;
        }

        if (mat.Data == pixels.Address)
        {
            return pixels;
        }

        pixels.Dispose();
        var own = _pool.Rent(new ImageSize(mat.Rows, mat.Cols));
        using var target = OpenCv.AsMat(own);
        mat.CopyTo(target);
        return own;
    }

    /// <summary>The time after the last known one by the file's rate: some files have no times, or times that stand still.</summary>
    private double Estimate()
    {
        return _lastMilliseconds < 0 ? 0 : _lastMilliseconds + (1000 / (FrameRate.From(_capture.Fps)?.Value ?? 25));
    }
}
