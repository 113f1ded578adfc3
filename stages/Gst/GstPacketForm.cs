using Streaming.Stages.Packets;

namespace Streaming.Stages.Gst;

/// <summary>Brings samples with packets of any form into that of <see cref="GstPacketReader"/>; nothing is decoded.</summary>
internal sealed class GstPacketForm : IDisposable
{
    private readonly GstPipeline _pipeline;
    private readonly GstElement _input;
    private readonly GstPacketReader _reader;

    /// <param name="codec">What the packets are coded as.</param>
    /// <exception cref="InvalidOperationException">GStreamer lacks a part.</exception>
    public GstPacketForm(VideoCodec codec)
    {
        _pipeline = new GstPipeline(
            $"appsrc name=input format=time ! {GstPacketReader.Form(codec)} ! appsink name=packets sync=false");
        (_input, _reader) = (_pipeline["input"], new GstPacketReader(_pipeline["packets"]));
        _pipeline.Play();
    }

    /// <summary>Puts a sample in; it stays the caller's.</summary>
    public void Push(nint sample)
    {
        _ = GstNative.gst_app_src_push_sample(_input.Handle, sample);
    }

    /// <summary>The next packet that is ready; null for none.</summary>
    public (PacketFormat Format, Packet Packet)? TryPull(TimeSpan timeout)
    {
        return _reader.TryPull(timeout);
    }

    public void Dispose()
    {
        _pipeline.Dispose();
    }
}
