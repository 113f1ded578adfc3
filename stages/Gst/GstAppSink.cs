using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Streaming.Stages.Gst;

/// <summary>
/// The end of a pipeline where decoded frames are taken out. It keeps the newest frames only, and numbers all that came, so that
/// frames that were never taken show as gaps.
/// </summary>
internal sealed unsafe class GstAppSink : IDisposable
{
    private readonly nint _sink;
    private readonly nint _pad;
    private readonly nuint _probe;
    private Arrivals* _arrivals;

    /// <param name="sink">An appsink with drop=true that keeps less than half of <see cref="Arrivals.Kept"/> frames.</param>
    public GstAppSink(GstElement sink)
    {
        _sink = sink.Handle;
        _arrivals = (Arrivals*)NativeMemory.AllocZeroed((nuint)sizeof(Arrivals));
        _pad = GstNative.gst_element_get_static_pad(_sink, "sink");
        delegate* unmanaged[Cdecl]<nint, nint, nint, int> handler = &OnBuffer;
        _probe = GstNative.gst_pad_add_probe(_pad, GstNative.ProbeBuffer, (nint)handler, (nint)_arrivals, 0);
    }

    /// <summary>How many buffers came so far.</summary>
    public long Count => Volatile.Read(ref _arrivals->Count);

    /// <summary>Whether the stream ended.</summary>
    public bool IsEos => GstNative.gst_app_sink_is_eos(_sink);

    /// <summary>The next frame, which the caller then owns, or null when none came in time.</summary>
    public GstSample? TryPull(TimeSpan timeout)
    {
        var sample = GstNative.gst_app_sink_try_pull_sample(_sink, (ulong)timeout.Ticks * 100);
        return sample == 0 ? null : new GstSample(sample, IndexOf(GstNative.gst_sample_get_buffer(sample)));
    }

    /// <summary>Call it when the pipeline stands still: its threads write into our memory.</summary>
    public void Dispose()
    {
        if (_arrivals is null)
        {
            return;
        }

        GstNative.gst_pad_remove_probe(_pad, _probe);
        GstNative.gst_object_unref(_pad);
        NativeMemory.Free(_arrivals);
        _arrivals = null;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnBuffer(nint pad, nint info, nint data)
    {
        // One thread, the one that streams; the address before the count, so that a reader finds it.
        var arrivals = (Arrivals*)data;
        Volatile.Write(ref arrivals->Buffers[(int)(arrivals->Count % Arrivals.Kept)], *(long*)(info + GstNative.ProbeInfoData));
        Volatile.Write(ref arrivals->Count, arrivals->Count + 1);
        return GstNative.ProbeOk;
    }

    /// <summary>How many buffers came before this one, which has just been pulled.</summary>
    private long IndexOf(nint buffer)
    {
        // A buffer that we hold is not used again, so the newest entry with its address is it.
        var count = Count;
        for (var i = count - 1; i >= 0 && i >= count - Arrivals.Kept; i--)
        {
            if (Volatile.Read(ref _arrivals->Buffers[(int)(i % Arrivals.Kept)]) == buffer)
            {
                return i;
            }
        }

        return count;
    }

    private struct Arrivals
    {
        public const int Kept = 16;

        public long Count;
        public fixed long Buffers[Kept];
    }
}
