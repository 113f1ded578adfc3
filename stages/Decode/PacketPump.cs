using Streaming.Stages.Gst;
using Streaming.Stages.Packets;

namespace Streaming.Stages.Decode;

/// <summary>
/// Hands the packets of a network stream on, on a thread of its own: however slowly its frames are read, no packet is missing.
/// Times are those of the frames.
/// </summary>
internal sealed class PacketPump : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>Most time for bringing a packet into form, which takes microseconds.</summary>
    private static readonly TimeSpan Ready = TimeSpan.FromMilliseconds(5);

    /// <summary>A target that hangs keeps nobody here.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromMilliseconds(500);

    private readonly GstPacketTap _tap;
    private readonly IPacketTarget _target;
    private readonly TaskCompletionSource<TimeSpan> _origin = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _end = new();
    private readonly Thread _thread;

    /// <param name="tap">Gives the packets; this owns it.</param>
    /// <param name="target">Gets them.</param>
    public PacketPump(GstPacketTap tap, IPacketTarget target)
    {
        (_tap, _target) = (tap, target);
        _thread = new Thread(Work) { IsBackground = true, Name = "packets" };
        _thread.Start();
    }

    /// <summary>The first frame was decoded: packets wait until it is known when time begins.</summary>
    /// <param name="pts">Its time in the stream.</param>
    public void BeginAt(TimeSpan pts)
    {
        _origin.TrySetResult(pts);
    }

    /// <summary>Call it when the pipeline stands still.</summary>
    public void Dispose()
    {
        _end.Cancel();
        if (_thread.Join(CloseTimeout))
        {
            _tap.Dispose();
            _end.Dispose();
        }
    }

    private void Work()
    {
        try
        {
            _origin.Task.Wait(_end.Token);
            Pump();
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The stream or its reader has ended, or GStreamer lacks a part: there are no packets then.
        }

        _tap.TurnOff();
    }

    private void Pump()
    {
        nint sample;
        while ((sample = _tap.Take(Poll)) == 0)
        {
            _end.Token.ThrowIfCancellationRequested();
        }

        if (GstPacketReader.CodecOf(sample) is not { } codec)
        {
            GstNative.gst_mini_object_unref(sample);
            return;
        }

        using var form = new GstPacketForm(codec);
        var origin = _origin.Task.Result;
        while (sample != 0 || !_end.IsCancellationRequested)
        {
            if (sample != 0)
            {
                form.Push(sample);
                GstNative.gst_mini_object_unref(sample);
            }

            // What a sample became is ready at once; if not, it comes with the next one.
            for (var wait = sample == 0 ? TimeSpan.Zero : Ready; form.TryPull(wait) is var (format, packet); wait = TimeSpan.Zero)
            {
                _target.Add(format, packet with { Pts = packet.Pts - origin, Dts = packet.Dts - origin });
            }

            sample = _tap.Take(_end.IsCancellationRequested ? TimeSpan.Zero : Poll);
        }
    }
}
