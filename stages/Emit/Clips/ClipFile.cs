using Streaming.Stages.Gst;
using Streaming.Stages.Packets;

namespace Streaming.Stages.Emit.Clips;

/// <summary>
/// Writes packets into an MP4 file as they are: nothing is decoded or coded again. The file begins with what players need first,
/// and is written in fragments of a second: what a kill leaves can be played as far as it goes.
/// </summary>
internal sealed class ClipFile : IDisposable
{
    private static readonly TimeSpan FinishTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Of a packet whose successor is not known; decoding times rise by at least a tick.</summary>
    private static readonly TimeSpan UsualDuration = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly string _path;
    private readonly GstPipeline _pipeline;
    private readonly GstPacketInput _input;
    private Packet? _waiting;
    private TimeSpan _duration = UsualDuration;
    private TimeSpan _start;
    private TimeSpan _latest;

    /// <param name="path">The file, which is replaced.</param>
    /// <param name="format">What all packets are coded as.</param>
    /// <exception cref="EmitException">It cannot be written.</exception>
    public ClipFile(string path, PacketFormat format)
    {
        (_path, Format) = (path, format);
        VideoFileSink.CheckWritable(path);
        try
        {
            _pipeline = new GstPipeline(
                "appsrc name=input format=time block=true max-bytes=16777216 ! mux.video_0"
                + " mp4mux name=mux fragment-duration=1000 ! filesink name=file buffer-mode=unbuffered");
        }
        catch (InvalidOperationException exception)
        {
            throw new EmitException(
                $"{path}: GStreamer cannot write this clip ({exception.Message}): {GStreamer.EncoderAdvice}", exception);
        }

        _input = new GstPacketInput(_pipeline["input"], format);
        _pipeline["file"].Set("location", path);
        _pipeline.Play();
    }

    /// <summary>What all packets are coded as.</summary>
    public PacketFormat Format { get; }

    /// <summary>The time of the first packet in the source; null before it came.</summary>
    public TimeSpan? Begin { get; private set; }

    /// <summary>Writes a packet; returns before the disk has it.</summary>
    /// <param name="packet">The first one is a key frame.</param>
    /// <exception cref="EmitException">The disk is full, for example.</exception>
    public void Add(Packet packet)
    {
        if (Begin is null)
        {
            // Decoding begins at 0; where frames are coded in another order showing begins a little later.
            (Begin, _start) = (packet.Pts, packet.Dts < packet.Pts ? packet.Dts : packet.Pts);
        }

        var pts = packet.Pts - _start;
        var dts = packet.Dts - _start;
        if (_waiting is { } waiting)
        {
            dts = dts > waiting.Dts ? dts : waiting.Dts + Tick;
            _duration = dts - waiting.Dts;
            Push(waiting);
        }

        _latest = pts > _latest ? pts : _latest;
        _waiting = packet with { Pts = pts > TimeSpan.Zero ? pts : TimeSpan.Zero, Dts = dts };
    }

    /// <summary>Makes the file whole.</summary>
    /// <returns>Whether anything is in it.</returns>
    /// <exception cref="EmitException">The disk is full, for example.</exception>
    public bool Finish()
    {
        if (_waiting is not { } last)
        {
            return false;
        }

        // Frames that are coded in another order end later than they are decoded.
        var rest = _latest + _duration - last.Dts;
        _duration = rest > _duration ? rest : _duration;
        Push(last);
        _waiting = null;
        _input.End();
        return _pipeline.WaitForEnd(FinishTimeout) is { } error ? throw Failure(error.Message) : true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pipeline.Dispose();
    }

    private void Push(Packet packet)
    {
        var isTaken = _input.TryPush(packet, _duration);
        var error = _pipeline.TakeError();
        if (!isTaken || error is not null)
        {
            throw Failure(error?.Message ?? "it takes no more");
        }
    }

    private EmitException Failure(string reason)
    {
        return new EmitException($"{_path}: the clip cannot be written: {reason.TrimEnd('.')}; is the disk full?");
    }
}
