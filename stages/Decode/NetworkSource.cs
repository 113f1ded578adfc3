using Streaming.Config.Run;
using Streaming.Stages.Frames;
using Streaming.Stages.Gst;

namespace Streaming.Stages.Decode;

/// <summary>
/// A network stream, received and decoded by GStreamer. Only the newest decoded frames are kept: who reads slowly misses frames
/// instead of falling behind.
/// </summary>
internal sealed class NetworkSource : IFrameSource
{
    /// <summary>GStreamer waits at most so long at a time, so that a stop is never held up.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Most requests before the first frame; a dozen is usual. A server that redirects in a circle gets a thousand a second.
    /// </summary>
    private const int MostRequests = 64;

    private readonly GstPipeline _pipeline;
    private readonly GstTrust _trust;
    private readonly GstAppSink _sink;
    private readonly GstRtspRequests? _requests;
    private readonly PacketPump? _packets;
    private readonly StreamAddress _address;
    private readonly NetworkOptions _options;
    private readonly SourceContext _context;
    private Frame? _first;
    private TimeSpan? _firstPts;
    private FrameRate? _rate;
    private bool _isOpen;

    private NetworkSource(
        GstPipeline pipeline, GstTrust trust, StreamAddress address, NetworkOptions options, SourceContext context)
    {
        (_pipeline, _trust, _address, _options, _context) = (pipeline, trust, address, options, context);
        _sink = new GstAppSink(pipeline["sink"]);
        _requests = address.IsRtsp ? new GstRtspRequests(pipeline["source"]) : null;
        if (context.Packets is { } target)
        {
            var tap = new GstPacketTap();
            pipeline.Tap(tap);
            _packets = new PacketPump(tap, target);
        }

        Info = new SourceInfo(context.Id, address.ToString(), default, null, null);
    }

    /// <summary>Network streams: rtsp, rtsps, http, https, rtmp and udp addresses.</summary>
    public static SourceKind Kind { get; } = new(
        "network stream", StreamAddress.IsAddress, _ => true, location => StreamAddress.Parse(location).FileName, Open)
    {
        LoadLibraries = () => GStreamer.Has("appsink"),
    };

    /// <inheritdoc/>
    public SourceInfo Info { get; private set; }

    /// <summary>Connects and waits for the first frame.</summary>
    /// <param name="address">The stream.</param>
    /// <param name="options">Time limits and transport.</param>
    /// <param name="context">Name, memory and clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DecodeException">There is no such stream, or nothing that can be decoded came in time.</exception>
    public static NetworkSource Open(
        StreamAddress address, NetworkOptions options, SourceContext context, CancellationToken cancellationToken)
    {
        if (GStreamer.Version is null)
        {
            throw new DecodeException(
                DecodeError.MissingLibrary, $"{address}: network streams need GStreamer: {GStreamer.Advice}");
        }

        var trust = CreateTrust(address, options);
        NetworkSource source;
        try
        {
            source = new NetworkSource(NetworkPipeline.Create(address, options, trust), trust, address, options, context);
        }
        catch
        {
            trust.Dispose();
            throw;
        }

        try
        {
            source.Start(cancellationToken);
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
        if (_first is { } first)
        {
            _first = null;
            return first;
        }

        return Read(_options.ReadTimeout, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _first?.Dispose();
        _first = null;
        _pipeline.Stop();
        _sink.Dispose();
        _packets?.Dispose();
        _pipeline.Dispose();
        _requests?.Dispose();
        _trust.Dispose();
    }

    private static NetworkSource Open(
        SourceConfig config, SourceContext context, long firstIndex, CancellationToken cancellationToken)
    {
        var options = new NetworkOptions
        {
            OpenTimeout = config.OpenTimeout,
            ReadTimeout = config.ReadTimeout,
            Transport = config.Transport,
            Trust = config.Trust,
        };
        return Open(StreamAddress.Parse(config.Input).With(config.User, config.Password), options, context, cancellationToken);
    }

    private static GstTrust CreateTrust(StreamAddress address, NetworkOptions options)
    {
        try
        {
            return new GstTrust(options.Trust);
        }
        catch (InvalidOperationException exception)
        {
            throw new DecodeException(DecodeError.Tls, $"{address}: {exception.Message}.", exception);
        }
    }

    private void Start(CancellationToken cancellationToken)
    {
        _pipeline.Play();
        _first = Read(_options.OpenTimeout, cancellationToken)
            ?? throw new DecodeException(DecodeError.Corrupt, $"{_address}: the stream ended before its first frame.");
        _isOpen = true;
        var chosen = _pipeline.FindDecoder();
        Info = Info with { Size = _first.Pixels.Size, FrameRate = _rate, Codec = chosen?.Codec, Decoder = chosen?.Decoder };
    }

    /// <summary>Waits for the next frame; our own deadline, as GStreamer's time limits hold while connecting only.</summary>
    private Frame? Read(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var started = _context.Time.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using (var sample = _sink.TryPull(Poll))
            {
                if (sample is not null)
                {
                    return ToFrame(sample);
                }
            }

            if (_pipeline.TakeError() is { } error)
            {
                throw NetworkFailure.Explain(_address, error, _trust.HasRefused, () => _isOpen
                    ? ConnectionState.Answers
                    : ConnectionCheck.Ask(_address, _options.Trust, cancellationToken));
            }

            if (!_isOpen && _requests?.Count > MostRequests)
            {
                throw new DecodeException(DecodeError.Refused, $"{_address}: {NetworkFailure.Redirects}.");
            }

            if (_sink.IsEos)
            {
                return null;
            }

            if (_context.Time.GetElapsedTime(started) >= timeout)
            {
                throw new DecodeException(DecodeError.Timeout, $"{_address}: no frame came within {timeout.TotalSeconds:0.#} s.");
            }
        }
    }

    private Frame ToFrame(GstSample sample)
    {
        var pixels = _context.Rent(sample.Size, _address.ToString());
        if (!sample.TryCopyTo(pixels))
        {
            pixels.Dispose();
            throw new DecodeException(DecodeError.Corrupt, $"{_address}: a decoded frame cannot be read.");
        }

        _rate ??= sample.FrameRate;
        if (_firstPts is null && sample.Pts is { } first)
        {
            _firstPts = first;
            _packets?.BeginAt(first);
        }

        var since = sample.Pts - _firstPts ?? TimeSpan.Zero;
        var origin = sample.Pts is null ? PtsOrigin.Estimated : PtsOrigin.Container;
        return new Frame(new FrameIdentity(Info.Id, 0, sample.Index, since, origin, _context.Time.GetUtcNow()), pixels);
    }
}
