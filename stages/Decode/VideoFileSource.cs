using System.Text;
using OpenCvSharp;
using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Stages.Cv;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Decode;

/// <summary>A video file, decoded by OpenCV (FFmpeg); rotation is applied, and each frame keeps the container's time.</summary>
internal sealed class VideoFileSource : IFrameSource
{
    /// <summary>CAP_PROP_N_THREADS: one thread decodes 1080p in 8 ms; the cores have better to do.</summary>
    private const int ThreadsProperty = 70;

    /// <summary>
    /// A file may hold a few frames less than its header says (cut without re-encoding); more missing means that it is truncated.
    /// </summary>
    private const double ToleratedMissing = 0.01;

    /// <summary>Of files that do not say.</summary>
    private static readonly FrameRate UsualRate = new(25, 1);

    private readonly VideoCapture _capture;
    private readonly SourceContext _context;
    private readonly string _path;
    private readonly VideoRange _range;
    private readonly FrameRate? _rate;
    private readonly VideoFileFrames _frames;
    private Frame? _first;
    private TimeSpan _lastPts;
    private long _wanted;
    private bool _hasDecoded;
    private bool _hasEnded;

    private VideoFileSource(VideoCapture capture, string path, VideoRange range, SourceContext context)
    {
        (_capture, _path, _range, _context) = (capture, path, range, context);
        var count = capture.Get(VideoCaptureProperties.FrameCount);
        _rate = FrameRate.From(capture.Fps);
        Info = new SourceInfo(context.Id, path, default, _rate, count is > 0 and < 1e9 ? (long)count : null)
        {
            Decoder = "OpenCV (FFmpeg)",
            Range = range with { FirstIndex = 0 },
        };
        _frames = new VideoFileFrames(capture, _rate ?? UsualRate, Info.FrameCount);
    }

    /// <summary>Video files: whatever path is of no other kind.</summary>
    public static SourceKind Kind { get; } = new(
        "video file",
        _ => true,
        _ => false,
        SourceFiles.NameOf,
        (config, context, firstIndex, _) => Open(config, context, firstIndex))
    {
        IsFile = true,
        LoadLibraries = () => _ = OpenCv.MissingLibrary,
    };

    /// <inheritdoc/>
    public SourceInfo Info { get; private set; }

    /// <summary>Opens a file and decodes its first frame, so that what cannot be decoded is known at once.</summary>
    /// <param name="path">The file.</param>
    /// <param name="context">Name, memory, clock and largest frame.</param>
    /// <param name="range">Which frames; all by default.</param>
    /// <exception cref="DecodeException">It is no video that can be decoded, or its frames are too large.</exception>
    public static VideoFileSource Open(string path, SourceContext context, VideoRange? range = null)
    {
        if (OpenCv.MissingLibrary is { } missing)
        {
            throw new DecodeException(DecodeError.MissingLibrary, missing);
        }

        // As a full path FFmpeg cannot take a name such as "tcp:1.mp4" for an address.
        var capture = new VideoCapture(Path.GetFullPath(path), VideoCaptureAPIs.FFMPEG, [ThreadsProperty, 1]);
        var source = new VideoFileSource(capture, path, range ?? VideoRange.All, context);
        try
        {
            if (!capture.IsOpened())
            {
                throw new DecodeException(
                    DecodeError.Unsupported,
                    $"{path}: is not a video that can be decoded: its content is damaged, cut off or of an unsupported format.");
            }

            source.Start();
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

        return Decode();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _first?.Dispose();
        _first = null;
        _capture.Dispose();
    }

    private static VideoFileSource Open(SourceConfig config, SourceContext context, long firstIndex)
    {
        SourceFiles.CheckReadable(config.Input);
        var range = new VideoRange { Start = config.Start, End = config.End, Stride = config.Stride, FirstIndex = firstIndex };
        return Open(config.Input, context, range);
    }

    private void Start()
    {
        var size = new ImageSize(_capture.FrameHeight, _capture.FrameWidth);
        _context.Limit.Check(size, _path);
        var codec = BitConverter.GetBytes((int)_capture.Get(VideoCaptureProperties.FourCC));
        Info = Info with { Size = size, Codec = Encoding.ASCII.GetString(codec).TrimEnd('\0', ' ') };
        _first = Decode();
        if (_frames.Count == 0)
        {
            throw Undecodable();
        }

        // Rotation may have changed it.
        Info = _first is null ? Info : Info with { Size = _first.Pixels.Size };
    }

    /// <summary>
    /// The next frame of the range. Those outside are skipped without being converted, in order, as seeking is not exact in every
    /// file.
    /// </summary>
    private Frame? Decode()
    {
        while (!_hasEnded && _frames.Next() is { } next)
        {
            _lastPts = next.Pts;
            if (_range.End is { } end && next.Pts >= end)
            {
                _hasEnded = true;
                return null;
            }

            if (next.Pts >= _range.Start && _wanted++ % _range.Stride == 0 && next.Index >= _range.FirstIndex)
            {
                return Fetch(next);
            }
        }

        if (!_hasEnded)
        {
            _hasEnded = true;
            CheckEnd();
        }

        return null;
    }

    private void CheckEnd()
    {
        var count = _frames.Count;
        if (Info.FrameCount is { } expected && expected - count > Math.Max(2, expected * ToleratedMissing) && count > 0)
        {
            throw new DecodeException(
                DecodeError.Corrupt, $"{_path}: ends after frame {count} of {expected}: it is cut off or damaged there.");
        }

        if (_wanted == 0 && count > 0)
        {
            var end = _lastPts.TotalSeconds + (1 / (_rate ?? UsualRate).Value);
            StagesLog.StartBeyondEnd(_context.Logger, _context.Id, _range.Start.TotalSeconds, end);
        }
    }

    /// <summary>A frame with its pixels; without a picture when it is lost.</summary>
    private Frame Fetch(VideoFileFrame next)
    {
        var identity = new FrameIdentity(Info.Id, 0, next.Index, next.Pts, next.Origin, _context.Time.GetUtcNow());
        if (!next.IsLost && Retrieve(Info.Size) is { } pixels)
        {
            _hasDecoded = true;
            return new Frame(identity, pixels);
        }

        if (!next.IsLost && !_hasDecoded)
        {
            throw Undecodable();
        }

        var black = _context.Pool.Rent(Info.Size);
        black.Span.Clear();
        return new Frame(identity, black) { Failure = "the file is damaged here: the frame cannot be decoded" };
    }

    private DecodeException Undecodable()
    {
        return new DecodeException(
            DecodeError.Corrupt, $"{_path}: not one frame can be decoded: it is damaged, cut off or of an unsupported codec.");
    }

    /// <summary>
    /// The grabbed frame; OpenCV allocates one of its own when its size is another than ours (rotation, a change on the way).
    /// </summary>
    private PixelBuffer? Retrieve(ImageSize size)
    {
        var pixels = _context.Pool.Rent(size is { Height: > 0, Width: > 0 } ? size : new ImageSize(1, 1));
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
        var own = _context.Rent(new ImageSize(mat.Rows, mat.Cols), _path);
        using var target = OpenCv.AsMat(own);
        mat.CopyTo(target);
        return own;
    }
}
