using Microsoft.Extensions.Logging;
using Streaming.Model.Structures;
using Streaming.Stages.Emit.Kept;
using Streaming.Stages.Frames;
using Streaming.Stages.Packets;

namespace Streaming.Stages.Emit.Clips;

/// <summary>
/// Encodes a source's frames as H.264, all of them, since an event shows only later what should have been recorded: for sources
/// that give no packets, or whose packets must not be shown.
/// </summary>
/// <param name="source">Its size becomes the clips'.</param>
/// <param name="ring">Gets the packets.</param>
/// <param name="isLive">Whether no frame may wait: one that comes while the encoder is behind is left out.</param>
/// <param name="logger">Told of frames that are left out.</param>
internal sealed class FrameEncoder(SourceInfo source, PacketRing ring, bool isLive, ILogger logger) : IPacketFeed
{
    private readonly EvenPicture _even = new(source.Size);
    private IPacketTarget? _target;
    private EncodedStream? _stream;
    private TimeSpan? _last;
    private int _epoch;
    private long _lost;

    /// <inheritdoc/>
    public void Advance(OutputFrame frame)
    {
        var identity = frame.Result.Identity;
        if (frame.Frame.Failure is not null)
        {
            // There is no picture.
            return;
        }

        if (_target is null || identity.Epoch != _epoch)
        {
            Flush(default);
            (_epoch, ring.Epoch, _last) = (identity.Epoch, identity.Epoch, null);
            _target = ring.Connect();
        }

        if (identity.Pts > _last || _last is null)
        {
            Encode(frame.Frame.Pixels, identity.Pts);
            _last = identity.Pts;
        }
    }

    /// <summary>An encoder keeps frames back: it gives them, and the next frame begins with another one.</summary>
    public void Flush(TimeSpan end)
    {
        _stream?.End(_target!);
        _stream?.Dispose();
        _stream = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream?.Dispose();
    }

    private void Encode(PixelBuffer pixels, TimeSpan pts)
    {
        _stream ??= new EncodedStream(source, _even.Size, pts, isLive);
        if (isLive && _stream.IsBehind)
        {
            _lost++;
            if (long.IsPow2(_lost))
            {
                KeptLog.FramesLost(logger, source.Id, _lost);
            }
        }
        else
        {
            using var picture = _even.Of(pixels);
            _stream.Push(new ImageView(picture.AsSpan<byte>(), _even.Size), pts);
        }

        _stream.Pull(_target!);
    }
}
