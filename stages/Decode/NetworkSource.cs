using Streaming.Config.Run;
using Streaming.Model.Structures;
using Streaming.Stages.Frames;
using Streaming.Stages.Gst;

namespace Streaming.Stages.Decode;

/// <summary>How long a network source may take.</summary>
public sealed record NetworkOptions
{
    /// <summary>From opening to the first frame.</summary>
    /// <value>The default is 10 s.</value>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From one frame to the next.</summary>
    /// <value>The default is 10 s.</value>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How RTSP packets travel.</summary>
    /// <value>The default is TCP.</value>
    public Transport Transport { get; init; } = Transport.Tcp;

    /// <summary>rtsps and https: a PEM file, or <see cref="SourceConfig.TrustAny"/>.</summary>
    /// <value>The default is nobody beside the authorities that this machine knows.</value>
    public string? Trust { get; init; }
}

/// <summary>
/// A network stream, received and decoded by GStreamer. Only the newest decoded frames are kept: who reads slowly misses frames
/// instead of falling behind.
/// </summary>
public sealed class NetworkSource : IFrameSource
{
    /// <summary>GStreamer waits at most so long at a time, so that a stop is never held up.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    // Codes of GstResourceError and GstStreamError.
    private const int NotFound = 3;
    private const int OpenRead = 5;
    private const int OpenWrite = 6;
    private const int OpenReadWrite = 7;
    private const int NotAuthorized = 15;
    private const int TypeNotFound = 4;
    private const int WrongType = 5;
    private const int CodecNotFound = 6;

    private readonly GstPipeline _pipeline;
    private readonly GstTrust _trust;
    private readonly GstAppSink _sink;
    private readonly StreamAddress _address;
    private readonly NetworkOptions _options;
    private readonly SourceContext _context;
    private Frame? _first;
    private ulong? _firstPts;
    private FrameRate? _rate;

    private NetworkSource(GstPipeline pipeline, GstTrust trust, StreamAddress address, NetworkOptions options, SourceContext context)
    {
        (_pipeline, _trust, _address, _options, _context) = (pipeline, trust, address, options, context);
        _sink = new GstAppSink(pipeline["sink"]);
        Info = new SourceInfo(context.Id, address.ToString(), default, null, null);
    }

    /// <summary>Network streams: rtsp, rtsps, http, https, rtmp and udp addresses.</summary>
    public static SourceKind Kind { get; } = new(
        "network stream", StreamAddress.IsAddress, _ => true, location => StreamAddress.Parse(location).FileName, Open);

    /// <inheritdoc/>
    public SourceInfo Info { get; private set; }

    /// <summary>Connects and waits for the first frame.</summary>
    /// <param name="address">The stream.</param>
    /// <param name="options">Time limits and transport.</param>
    /// <param name="context">Name, memory and clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DecodeException">There is no such stream, or nothing that can be decoded came in time.</exception>
    public static NetworkSource Open(StreamAddress address, NetworkOptions options, SourceContext context, CancellationToken cancellationToken)
    {
        if (GStreamer.Version is null)
        {
            throw new DecodeException(DecodeError.MissingLibrary, $"{address}: network streams need GStreamer: apt-get install -y --no-install-recommends {GStreamer.Packages}");
        }

        var trust = CreateTrust(address, options);
        NetworkSource source;
        try
        {
            source = new NetworkSource(CreatePipeline(address, options, trust), trust, address, options, context);
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
        _pipeline.Dispose();
        _trust.Dispose();
    }

    private static NetworkSource Open(SourceConfig config, SourceContext context, long firstIndex, CancellationToken cancellationToken)
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

    private static GstPipeline CreatePipeline(StreamAddress address, NetworkOptions options, GstTrust trust)
    {
        // Of an RTSP stream the video alone. A few frames are kept for moments in which our thread does not run; drop=true lets go of the oldest.
        if (address.User.Length > 0 && address.Location.Scheme is not ("rtsp" or "rtsps" or "http" or "https"))
        {
            throw new DecodeException(DecodeError.Unsupported, $"{address}: user and password are supported for rtsp, rtsps, http and https only.");
        }

        const string Tail = "decodebin ! videoconvert n-threads=1 ! video/x-raw,format=BGR ! appsink name=sink sync=false max-buffers=4 drop=true";
        var scheme = address.Location.Scheme;
        try
        {
            var pipeline = new GstPipeline(scheme switch
            {
                "rtsp" or "rtsps" => $"rtspsrc name=source protocols={(options.Transport == Transport.Udp ? "udp" : "tcp")} latency=0 ! application/x-rtp,media=video ! {Tail}",
                "http" or "https" when address.User.Length > 0 => $"souphttpsrc name=source is-live=true ! {Tail}",
                _ => $"uridecodebin name=source ! {Tail[(Tail.IndexOf('!', StringComparison.Ordinal) + 2)..]}",
            });
            var source = pipeline["source"];
            var isRtsp = scheme is "rtsp" or "rtsps";
            GstNative.SetText(source, isRtsp || address.User.Length > 0 ? "location" : "uri", address.ToString());
            if (address.User.Length > 0)
            {
                GstNative.SetText(source, "user-id", address.User);
                GstNative.SetText(source, "user-pw", address.Password);
            }

            if (isRtsp)
            {
                trust.GuardRtsp(source);
            }
            else
            {
                pipeline.Guard(trust, source);
            }

            return pipeline;
        }
        catch (InvalidOperationException exception)
        {
            throw new DecodeException(DecodeError.MissingLibrary, $"{address}: GStreamer lacks a part ({exception.Message}): apt-get install -y --no-install-recommends {GStreamer.Packages}", exception);
        }
    }

    private void Start(CancellationToken cancellationToken)
    {
        _pipeline.Play();
        _first = Read(_options.OpenTimeout, cancellationToken)
            ?? throw new DecodeException(DecodeError.Corrupt, $"{_address}: the stream ended before its first frame.");
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
            var sample = _sink.TryPull(Poll);
            if (sample != 0)
            {
                try
                {
                    return ToFrame(sample);
                }
                finally
                {
                    GstNative.gst_mini_object_unref(sample);
                }
            }

            if (_pipeline.TakeError() is { } error)
            {
                throw Explain(error, cancellationToken);
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

    private unsafe Frame ToFrame(nint sample)
    {
        var structure = GstNative.gst_caps_get_structure(GstNative.gst_sample_get_caps(sample), 0);
        GstNative.gst_structure_get_int(structure, "width", out var width);
        GstNative.gst_structure_get_int(structure, "height", out var height);
        if (_rate is null && GstNative.gst_structure_get_fraction(structure, "framerate", out var numerator, out var denominator) && numerator > 0)
        {
            _rate = new FrameRate(numerator, denominator);
        }

        var buffer = GstNative.gst_sample_get_buffer(sample);
        var pixels = _context.Pool.Rent(new ImageSize(height, width));
        if (!GstNative.gst_buffer_map(buffer, out var map, GstNative.MapRead))
        {
            pixels.Dispose();
            throw new DecodeException(DecodeError.Corrupt, $"{_address}: a decoded frame cannot be read.");
        }

        // GStreamer pads rows to a multiple of four bytes.
        var stride = ((width * 3) + 3) & ~3;
        for (var y = 0; y < height; y++)
        {
            new ReadOnlySpan<byte>((void*)(map.Data + (y * stride)), width * 3).CopyTo(pixels.Span[(y * pixels.Stride)..]);
        }

        GstNative.gst_buffer_unmap(buffer, ref map);
        var pts = *(ulong*)(buffer + GstNative.BufferPts);
        var isTimed = pts != ulong.MaxValue;
        _firstPts ??= isTimed ? pts : null;
        var since = isTimed ? TimeSpan.FromTicks((long)((pts - _firstPts!.Value) / 100)) : TimeSpan.Zero;
        var identity = new FrameIdentity(Info.Id, 0, _sink.NumberOf(buffer), since, isTimed ? PtsOrigin.Container : PtsOrigin.Estimated, _context.Time.GetUtcNow());
        return new Frame(identity, pixels);
    }

    /// <summary>GStreamer's codes (gsterror.h) in our words; its texts may hold anything and are not passed on.</summary>
    private DecodeException Explain(GstError error, CancellationToken cancellationToken)
    {
        var (kind, what) = error switch
        {
            { IsResource: true, Code: NotAuthorized } => Authentication(),
            { IsResource: true } when Says("401") || Says("Unauthorized") || Says("403") || Says("Forbidden") => Authentication(),
            { IsResource: true, Code: NotFound } => (DecodeError.NotFound, "there is no such stream"),
            { IsResource: true } when _trust.HasRefused || Says("TLS") || Says("certificate") => Tls(),
            { IsResource: true, Code: OpenRead or OpenWrite or OpenReadWrite } => (DecodeError.Refused, "nobody answers there, or the connection is turned down"),
            { IsResource: true } => (DecodeError.Connection, "the connection broke off"),
            _ when _address.Location.Scheme is "https" && _firstPts is null && TlsDiagnosis.IsRefused(_address.Location, _options.Trust, _options.OpenTimeout, cancellationToken) => Tls(),
            { IsStream: true, Code: TypeNotFound or WrongType or CodecNotFound } => (DecodeError.Unsupported, "its codec is not supported"),
            _ => (DecodeError.Corrupt, "its content is damaged"),
        };
        return new DecodeException(kind, $"{_address}: {what}.");

        bool Says(string word)
        {
            return error.Debug.Contains(word, StringComparison.Ordinal) || error.Message.Contains(word, StringComparison.Ordinal);
        }

        static (DecodeError Kind, string What) Tls()
        {
            return (DecodeError.Tls, "the encrypted connection cannot be set up: its certificate or protocol is not accepted ('trust' takes a camera's own certificate)");
        }

        static (DecodeError Kind, string What) Authentication()
        {
            return (DecodeError.Authentication, "user or password are wrong or missing");
        }
    }
}
