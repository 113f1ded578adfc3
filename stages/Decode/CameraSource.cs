using System.Globalization;
using OpenCvSharp;
using Streaming.Model.Structures;
using Streaming.Stages.Cv;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Decode;

/// <summary>A camera of this machine (V4L2), through OpenCV.</summary>
internal sealed class CameraSource : IFrameSource
{
    private const string Prefix = "usb:";
    private const string Devices = "/dev/video";

    private readonly VideoCapture _capture;
    private readonly SourceContext _context;
    private readonly long _started;
    private long _index;

    private CameraSource(VideoCapture capture, SourceInfo info, SourceContext context)
    {
        (_capture, Info, _context, _started) = (capture, info, context, context.Time.GetTimestamp());
    }

    /// <summary>Cameras of this machine.</summary>
    public static SourceKind Kind { get; } = new(
        "USB camera",
        IsCamera,
        _ => true,
        location => location.StartsWith('/') ? Path.GetFileName(location) : location.Replace(':', '-').ToLowerInvariant(),
        (config, context, _, _) => Open(config.Input, context))
    {
        LoadLibraries = () => _ = OpenCv.MissingLibrary,
    };

    /// <inheritdoc/>
    public SourceInfo Info { get; }

    /// <summary>Whether a text names a camera of this machine.</summary>
    /// <param name="location">What a user wrote.</param>
    public static bool IsCamera(string location)
    {
        return NumberOf(location) is not null;
    }

    /// <summary>Opens "usb:N" or "/dev/videoN".</summary>
    /// <param name="location">The camera.</param>
    /// <param name="context">Name, memory and clock.</param>
    /// <exception cref="DecodeException">There is no such camera, or it cannot be used.</exception>
    public static CameraSource Open(string location, SourceContext context)
    {
        if (OpenCv.MissingLibrary is { } missing)
        {
            throw new DecodeException(DecodeError.MissingLibrary, missing);
        }

        var device = $"{Devices}{NumberOf(location)}";
        if (!File.Exists(device))
        {
            var others = Directory.GetFiles("/dev", "video*").Order(StringComparer.Ordinal).ToArray();
            var list = others.Length == 0 ? "none" : string.Join(", ", others);
            throw new DecodeException(DecodeError.NotFound, $"{location}: there is no camera {device}; this machine has {list}.");
        }

        var capture = new VideoCapture(NumberOf(location)!.Value, VideoCaptureAPIs.V4L2);
        if (!capture.IsOpened())
        {
            capture.Dispose();
            throw new DecodeException(
                DecodeError.PermissionDenied,
                $"{location}: {device} cannot be opened: another program uses it, or you are not in the group 'video'.");
        }

        var size = new ImageSize(capture.FrameHeight, capture.FrameWidth);
        var info = new SourceInfo(context.Id, device, size, FrameRate.From(capture.Fps), null) { Decoder = "V4L2" };
        return new CameraSource(capture, info, context);
    }

    /// <inheritdoc/>
    public Frame? Read(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var picture = new Mat();
        if (!_capture.Read(picture) || picture.Empty())
        {
            throw new DecodeException(DecodeError.Connection, $"{Info.Location}: the camera gives no more frames.");
        }

        var pixels = _context.Rent(new ImageSize(picture.Rows, picture.Cols), Info.Location);
        using var target = OpenCv.AsMat(pixels);
        picture.CopyTo(target);
        var identity = new FrameIdentity(
            Info.Id, 0, _index++, _context.Time.GetElapsedTime(_started), PtsOrigin.Estimated, _context.Time.GetUtcNow());
        return new Frame(identity, pixels);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _capture.Dispose();
    }

    private static int? NumberOf(string location)
    {
        var digits = location.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? location[Prefix.Length..]
            : location.StartsWith(Devices, StringComparison.Ordinal) ? location[Devices.Length..]
            : "";
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
