using System.Globalization;
using System.Text.RegularExpressions;
using OpenCvSharp;
using Streaming.Model.Structures;
using Streaming.Stages.Cv;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Decode;

/// <summary>
/// Moving shapes, the same for the same frame number: a source for tests and benchmarks. With a rate its frames come in real time
/// and one that is not read in time is missed, as with a camera; without one they come as fast as they are read.
/// </summary>
internal sealed partial class SyntheticSource : IFrameSource
{
    /// <summary>How the text of such a source begins.</summary>
    public const string Prefix = "synthetic:";

    /// <summary>Pictures that are drawn once, then copied: making a frame must cost next to nothing.</summary>
    private const int DrawnAhead = 8;

    private const double AssumedRate = 25;

    private readonly List<PixelBuffer> _drawn = [];
    private readonly SourceContext _context;
    private readonly double? _rate;
    private readonly Pace _pace;
    private long _index;

    private SyntheticSource(SourceInfo info, double? rate, SourceContext context)
    {
        (Info, _rate, _context) = (info, rate, context);
        for (var i = 0; i < DrawnAhead; i++)
        {
            _drawn.Add(context.Pool.Rent(info.Size));
            Draw(_drawn[i], i);
        }

        _pace = new Pace(rate, context.Time);
    }

    /// <summary>Moving shapes.</summary>
    public static SourceKind Kind { get; } = new(
        "synthetic shapes",
        IsSynthetic,
        IsLive,
        location => location.Split('*')[0].Replace(':', '-').Replace('@', '-').ToLowerInvariant(),
        (config, context, _, _) => Open(config.Input, context))
    {
        IsWatched = false,
    };

    /// <inheritdoc/>
    public SourceInfo Info { get; }

    /// <summary>Whether a text is meant as a synthetic source.</summary>
    /// <param name="location">What a user wrote.</param>
    public static bool IsSynthetic(string location)
    {
        return location.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether frames come in real time.</summary>
    /// <param name="location">What a user wrote.</param>
    public static bool IsLive(string location)
    {
        return IsSynthetic(location) && location.Contains('@', StringComparison.Ordinal);
    }

    /// <summary>Opens "synthetic:WIDTHxHEIGHT[@RATE][*FRAMES]".</summary>
    /// <param name="location">For example "synthetic:1280x720@30*300".</param>
    /// <param name="context">Name, memory and clock.</param>
    /// <exception cref="DecodeException">The text has another form.</exception>
    public static SyntheticSource Open(string location, SourceContext context)
    {
        if (OpenCv.MissingLibrary is { } missing)
        {
            throw new DecodeException(DecodeError.MissingLibrary, missing);
        }

        if (Form().Match(location) is not { Success: true } match
            || !int.TryParse(match.Groups["w"].ValueSpan, out var width) || width is < 16 or > 16384
            || !int.TryParse(match.Groups["h"].ValueSpan, out var height) || height is < 16 or > 16384)
        {
            throw new DecodeException(
                DecodeError.Unsupported,
                $"{location}: write {Prefix}WIDTHxHEIGHT[@RATE][*FRAMES], sizes from 16 to 16384, "
                + $"for example {Prefix}1280x720@30*300.");
        }

        double? rate = match.Groups["r"].Success ? double.Parse(match.Groups["r"].ValueSpan, CultureInfo.InvariantCulture) : null;
        if (rate is <= 0 or > 1000)
        {
            throw new DecodeException(
                DecodeError.Unsupported, $"{location}: a rate is above 0 and at most 1000 frames a second.");
        }

        long? frames = match.Groups["n"].Success ? long.Parse(match.Groups["n"].ValueSpan, CultureInfo.InvariantCulture) : null;
        var size = new ImageSize(height, width);
        context.Limit.Check(size, location);
        var info = new SourceInfo(context.Id, location, size, FrameRate.From(rate ?? AssumedRate), frames)
        {
            Codec = "raw",
            Decoder = "synthetic",
        };
        return new SyntheticSource(info, rate, context);
    }

    /// <inheritdoc/>
    public Frame? Read(CancellationToken cancellationToken)
    {
        _index = _pace.Next(_index, cancellationToken);
        if (_index >= Info.FrameCount)
        {
            return null;
        }

        var pixels = _context.Pool.Rent(Info.Size);
        _drawn[(int)(_index % DrawnAhead)].Span.CopyTo(pixels.Span);
        var pts = TimeSpan.FromSeconds(_index / (_rate ?? AssumedRate));
        return new Frame(new FrameIdentity(Info.Id, 0, _index++, pts, PtsOrigin.Estimated, _context.Time.GetUtcNow()), pixels);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _drawn.ForEach(picture => picture.Dispose());
    }

    private static void Draw(PixelBuffer pixels, int number)
    {
        using var picture = OpenCv.AsMat(pixels);
        picture.SetTo(new Scalar(96, 96, 96));
        var (width, height) = (pixels.Size.Width, pixels.Size.Height);
        for (var shape = 0; shape < 6; shape++)
        {
            var x = (shape + 1 + (number * (shape % 3) / 8.0)) * width / 8;
            var y = (shape % 2 == 0 ? 0.3 : 0.7) * height;
            var color = new Scalar(40 * shape, 255 - (40 * shape), 60 + (30 * shape));
            var radius = Math.Max(Math.Min(width, height) / 10, 2);
            if (shape % 2 == 0)
            {
                Cv2.Circle(picture, new Point(x, y), radius, color, -1);
            }
            else
            {
                Cv2.Rectangle(picture, new Rect((int)x - radius, (int)y - radius, 2 * radius, 2 * radius), color, -1);
            }
        }
    }

    [GeneratedRegex(
        @"^synthetic:(?<w>\d{1,5})x(?<h>\d{1,5})(@(?<r>\d{1,4}(\.\d{1,6})?))?(\*(?<n>\d{1,12}))?$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
