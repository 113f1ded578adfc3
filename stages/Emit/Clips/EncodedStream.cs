using Streaming.Model.Structures;
using Streaming.Stages.Frames;
using Streaming.Stages.Gst;
using Streaming.Stages.Packets;

namespace Streaming.Stages.Emit.Clips;

/// <summary>Frames in, packets out: an H.264 encoder at work. The packets have the frames' times.</summary>
internal sealed class EncodedStream : IDisposable
{
    /// <summary>Frames that wait for the encoder.</summary>
    private const int MostWaiting = 4;

    private static readonly TimeSpan FinishTimeout = TimeSpan.FromSeconds(10);
    private static readonly FrameRate DefaultRate = new(25, 1);

    private readonly string _id;
    private readonly GstPipeline _pipeline;
    private readonly GstAppSrc _input;
    private readonly GstPacketReader _output;
    private readonly TimeSpan _first;
    private readonly long _frameBytes;
    private TimeSpan? _offset;

    /// <param name="source">The source.</param>
    /// <param name="size">Of the frames.</param>
    /// <param name="first">The first frame's time.</param>
    /// <param name="isLive">Whether a frame is never waited with.</param>
    /// <exception cref="EmitException">There is no encoder.</exception>
    public EncodedStream(SourceInfo source, ImageSize size, TimeSpan first, bool isLive)
    {
        (_id, _first, _frameBytes) = (source.Id, first, 3L * size.Height * size.Width);
        var encoder = H264Encoder.Name is null
            ? throw new EmitException($"{_id}: clips of this source need an H.264 encoder: {GStreamer.EncoderAdvice}")
            : H264Encoder.Settings;
        try
        {
            _pipeline = new GstPipeline(
                $"appsrc name=input format=time block={(isLive ? "false" : "true")} max-bytes={MostWaiting * _frameBytes}"
                + $" ! videoconvert n-threads=1 ! video/x-raw,format={H264VideoSink.Format} ! {encoder}"
                + $" ! {GstPacketReader.Form(VideoCodec.H264)} ! appsink name=packets sync=false");
        }
        catch (InvalidOperationException exception)
        {
            throw new EmitException($"{_id}: clips need more of GStreamer ({exception.Message}): {GStreamer.Advice}", exception);
        }

        _input = new GstAppSrc(_pipeline["input"], size, source.FrameRate ?? DefaultRate);
        _output = new GstPacketReader(_pipeline["packets"]);
        _pipeline.Play();
    }

    /// <summary>Whether so many frames wait already that no more should.</summary>
    public bool IsBehind => _input.QueuedBytes >= MostWaiting * _frameBytes;

    /// <summary>Gives a frame to the encoder.</summary>
    /// <param name="picture">Rows of B, G, R.</param>
    /// <param name="pts">Later than that of the one before.</param>
    /// <exception cref="EmitException">The encoder fails.</exception>
    public void Push(ImageView picture, TimeSpan pts)
    {
        var isTaken = _input.TryPush(picture, pts);
        var error = _pipeline.TakeError();
        if (!isTaken || error is not null)
        {
            throw new EmitException($"{_id}: clips cannot be encoded: {error?.Message ?? "the encoder takes no more"}");
        }
    }

    /// <summary>Hands on the packets that are ready.</summary>
    public void Pull(IPacketTarget target)
    {
        Pull(target, TimeSpan.Zero);
    }

    /// <summary>No frame follows: hands on the rest.</summary>
    public void End(IPacketTarget target)
    {
        _input.End();
        Pull(target, FinishTimeout);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pipeline.Dispose();
    }

    private void Pull(IPacketTarget target, TimeSpan timeout)
    {
        while (_output.TryPull(timeout) is var (format, packet))
        {
            // Encoders may count from elsewhere.
            var offset = _offset ??= packet.Pts - _first;
            target.Add(format, packet with { Pts = packet.Pts - offset, Dts = packet.Dts - offset });
        }
    }
}
