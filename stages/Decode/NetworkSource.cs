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
}

/// <summary>
/// A network stream, received and decoded by GStreamer. Only the newest decoded frame is kept: who reads slowly misses frames
/// instead of falling behind.
/// </summary>
public sealed class NetworkSource : IFrameSource
{
    /// <summary>GStreamer waits at most so long at a time, so that a stop is never held up.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly GstPipeline _pipeline;
    private readonly StreamAddress _address;
    private readonly NetworkOptions _options;
    private readonly PixelPool _pool;
    private readonly TimeProvider _time;
    private Frame? _first;
    private long _index;
    private ulong? _firstPts;
    private FrameRate? _rate;

    private NetworkSource(GstPipeline pipeline, StreamAddress address, NetworkOptions options, PixelPool pool, TimeProvider time)
    {
        (_pipeline, _address, _options, _pool, _time) = (pipeline, address, options, pool, time);
        Info = new SourceInfo("", address.ToString(), default, null, null);
    }

    /// <inheritdoc/>
    public SourceInfo Info { get; private set; }

    /// <summary>Connects and waits for the first frame.</summary>
    /// <param name="address">The stream.</param>
    /// <param name="id">The source's name.</param>
    /// <param name="options">Time limits.</param>
    /// <param name="pool">Where frames get their memory.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DecodeException">There is no such stream, or nothing that can be decoded came in time.</exception>
    public static NetworkSource Open(
        StreamAddress address, string id, NetworkOptions options, PixelPool pool, TimeProvider time, CancellationToken cancellationToken)
    {
        if (GStreamer.Version is null)
        {
            throw new DecodeException(DecodeError.MissingLibrary, $"{address}: network streams need GStreamer: apt-get install -y --no-install-recommends {GStreamer.Packages}");
        }

        var source = new NetworkSource(CreatePipeline(address), address, options, pool, time);
        try
        {
            source.Start(id, cancellationToken);
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
        _pipeline.Dispose();
    }

    private static GstPipeline CreatePipeline(StreamAddress address)
    {
        // Of an RTSP stream the video alone; drop=true keeps the newest frame only.
        const string Tail = "decodebin ! videoconvert n-threads=1 ! video/x-raw,format=BGR ! appsink name=sink sync=false max-buffers=1 drop=true";
        var isRtsp = address.Location.Scheme is "rtsp" or "rtsps";
        if (!isRtsp && address.User.Length > 0)
        {
            throw new DecodeException(DecodeError.Unsupported, $"{address}: user and password are supported for rtsp:// and rtsps:// only.");
        }

        try
        {
            var pipeline = new GstPipeline(isRtsp
                ? $"rtspsrc name=source protocols=tcp latency=0 ! application/x-rtp,media=video ! {Tail}"
                : $"uridecodebin name=source ! {Tail[(Tail.IndexOf('!', StringComparison.Ordinal) + 2)..]}");
            pipeline.Set("source", isRtsp ? "location" : "uri", address.ToString());
            if (isRtsp && address.User.Length > 0)
            {
                pipeline.Set("source", "user-id", address.User);
                pipeline.Set("source", "user-pw", address.Password);
            }

            return pipeline;
        }
        catch (InvalidOperationException exception)
        {
            throw new DecodeException(DecodeError.MissingLibrary, $"{address}: GStreamer lacks a part ({exception.Message}): apt-get install -y --no-install-recommends {GStreamer.Packages}", exception);
        }
    }

    private void Start(string id, CancellationToken cancellationToken)
    {
        _pipeline.Play();
        Info = Info with { Id = id };
        _first = Read(_options.OpenTimeout, cancellationToken)
            ?? throw new DecodeException(DecodeError.Corrupt, $"{_address}: the stream ended before its first frame.");
        Info = Info with { Size = _first.Pixels.Size, FrameRate = _rate };
    }

    /// <summary>Waits for the next frame; our own deadline, as GStreamer's time limits hold while connecting only.</summary>
    private Frame? Read(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var sample = _pipeline.TryPull(Poll);
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
                throw Explain(error);
            }

            if (_pipeline.IsEos)
            {
                return null;
            }

            if (_time.GetElapsedTime(started) >= timeout)
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
        var pixels = _pool.Rent(new ImageSize(height, width));
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
        var identity = new FrameIdentity(Info.Id, 0, _index++, since, isTimed ? PtsOrigin.Container : PtsOrigin.Estimated, _time.GetUtcNow());
        return new Frame(identity, pixels);
    }

    /// <summary>GStreamer's codes (gsterror.h) in our words; its texts may hold anything and are not passed on.</summary>
    private DecodeException Explain(GstError error)
    {
        var isUnauthorized = error.IsResource && error.Code == 15;
        var (kind, what) = (isUnauthorized, error.IsResource, error.IsStream, error.Code) switch
        {
            (true, _, _, _) => (DecodeError.Authentication, "user or password are wrong or missing"),
            (_, true, _, 3) => (DecodeError.NotFound, "there is no such stream"),
            (_, true, _, 5 or 6 or 7) when error.Debug.Contains("401", StringComparison.Ordinal) || error.Debug.Contains("Unauthorized", StringComparison.Ordinal) =>
                (DecodeError.Authentication, "user or password are wrong or missing"),
            (_, true, _, _) => (DecodeError.Connection, "the server does not answer, or broke the connection off"),
            (_, _, true, 4 or 5 or 6) => (DecodeError.Unsupported, "its codec is not supported"),
            _ => (DecodeError.Corrupt, "its content is damaged"),
        };
        return new DecodeException(kind, $"{_address}: {what}.");
    }
}
