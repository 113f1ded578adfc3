using Streaming.Stages.Cv;
using Streaming.Stages.Decode;
using Streaming.Stages.Frames;

namespace Streaming.Scenes;

/// <summary>A drawn street as a source: any number of cameras without a camera. See <see cref="StreetAddress"/>.</summary>
internal sealed class StreetSource : IFrameSource
{
    /// <summary>Frames a second of a street without a rate.</summary>
    public const double AssumedRate = 15;

    private readonly StreetScene _scene;
    private readonly SourceContext _context;
    private readonly Pace _pace;
    private readonly double _rate;
    private long _index;

    private StreetSource(SourceInfo info, StreetAddress address, SourceContext context)
    {
        (Info, _context, _rate) = (info, context, address.Rate ?? AssumedRate);
        _scene = address.Open();
        _pace = new Pace(address.Rate, context.Time);
    }

    /// <summary>Drawn streets; they stand before the other synthetic sources in a list of kinds.</summary>
    public static SourceKind Kind { get; } = new(
        "drawn street",
        IsStreet,
        IsLive,
        location => $"street-{StreetAddress.Parse(location).Seed}",
        (config, context, _, _) => Open(config.Input, context))
    {
        IsWatched = false,
    };

    /// <inheritdoc/>
    public SourceInfo Info { get; }

    /// <summary>Whether a text is meant as a drawn street.</summary>
    /// <param name="location">What a user wrote.</param>
    public static bool IsStreet(string location)
    {
        return location.StartsWith(StreetAddress.Prefix, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether frames come in real time.</summary>
    /// <param name="location">What a user wrote.</param>
    public static bool IsLive(string location)
    {
        return IsStreet(location) && StreetAddress.Parse(location).Rate is not null;
    }

    /// <summary>Opens a drawn street.</summary>
    /// <param name="location">See <see cref="StreetAddress"/>.</param>
    /// <param name="context">Name, memory and clock.</param>
    /// <exception cref="DecodeException">The text has another form.</exception>
    public static StreetSource Open(string location, SourceContext context)
    {
        if (OpenCv.MissingLibrary is { } missing)
        {
            throw new DecodeException(DecodeError.MissingLibrary, missing);
        }

        var address = StreetAddress.Parse(location);
        var info = new SourceInfo(
            context.Id, location, address.Size, FrameRate.From(address.Rate ?? AssumedRate), address.Frames)
        {
            Codec = "raw",
            Decoder = "synthetic",
        };
        return new StreetSource(info, address, context);
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
        var seconds = _index / _rate;
        using (var picture = OpenCv.AsMat(pixels))
        {
            _scene.Draw(picture, seconds, listsObjects: false);
        }

        return new Frame(
            new FrameIdentity(
                Info.Id, 0, _index++, TimeSpan.FromSeconds(seconds), PtsOrigin.Estimated, _context.Time.GetUtcNow()),
            pixels);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Holds no memory of its own.
    }
}
