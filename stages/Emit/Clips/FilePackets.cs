using Streaming.Stages.Gst;
using Streaming.Stages.Packets;

namespace Streaming.Stages.Emit.Clips;

/// <summary>Reads a video file a second time, beside its frames, and decodes nothing: its packets as they are.</summary>
internal sealed class FilePackets : IPacketFeed
{
    /// <summary>How far it is ahead of the frames: packets stand in the order of decoding.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(2);

    /// <summary>A disk that sleeps takes seconds to wake up.</summary>
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(30);

    private readonly IPacketTarget _target;
    private readonly GstPipeline _pipeline;
    private readonly GstPacketReader _reader;
    private TimeSpan? _origin;
    private TimeSpan _position;
    private bool _hasEnded;

    /// <param name="path">The file.</param>
    /// <param name="codec">What it is coded as.</param>
    /// <param name="target">Gets the packets.</param>
    /// <exception cref="InvalidOperationException">GStreamer lacks a part.</exception>
    public FilePackets(string path, VideoCodec codec, IPacketTarget target)
    {
        _target = target;
        var name = codec == VideoCodec.H264 ? "video/x-h264" : "video/x-h265";
        _pipeline = new GstPipeline(
            $"filesrc name=file ! parsebin name=streams streams. ! capsfilter caps={name}"
                + $" ! {GstPacketReader.Form(codec)} ! appsink name=packets sync=false max-buffers=64");
        _pipeline["file"].Set("location", path);
        _reader = new GstPacketReader(_pipeline["packets"]);
        _pipeline.Play();
    }

    /// <summary>The codec of a file, by what its decoder calls it; null for one whose packets are not kept.</summary>
    public static VideoCodec? CodecOf(string? name)
    {
        return name?.ToLowerInvariant() switch
        {
            "h264" or "avc1" or "avc3" or "x264" => VideoCodec.H264,
            "hevc" or "hev1" or "hvc1" or "h265" => VideoCodec.H265,
            _ => null,
        };
    }

    /// <inheritdoc/>
    public void Advance(OutputFrame frame)
    {
        ReadUpTo(frame.Result.Identity.Pts + Ahead);
    }

    /// <inheritdoc/>
    public void Flush(TimeSpan end)
    {
        ReadUpTo(end + Ahead);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pipeline.Dispose();
    }

    private void ReadUpTo(TimeSpan pts)
    {
        while (!_hasEnded && (_origin is null || _position <= pts))
        {
            if (_reader.TryPull(ReadTimeout) is var (format, packet))
            {
                // The first packet is shown at 0, whatever the container counts from.
                _origin ??= packet.Pts;
                _position = packet.Dts - _origin.Value;
                _target.Add(format, packet with { Pts = packet.Pts - _origin.Value, Dts = _position });
            }
            else
            {
                _hasEnded = _reader.IsEos || _pipeline.TakeError() is not null;
            }
        }
    }
}
