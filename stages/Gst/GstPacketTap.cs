using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Streaming.Stages.Gst;

/// <summary>
/// Takes what a pipeline's video decoder is given, on its way: the pipeline stays as it is, whatever elements it has chosen. What
/// nobody fetches in time is given up, from there to the next key frame.
/// </summary>
internal sealed unsafe class GstPacketTap : IDisposable
{
    /// <summary>Seconds of most cameras.</summary>
    private const long MostBytes = 16 << 20;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly Queue<(nint Sample, long Bytes)> _samples = new();
    private readonly List<(nint Pad, nuint Probe)> _probes = [];
    private GCHandle _self;
    private long _bytes;
    private bool _waitsForKey;
    private bool _isOff;

    public GstPacketTap()
    {
        _self = GCHandle.Alloc(this);
    }

    /// <summary>How many packets were given up.</summary>
    public long Lost { get; private set; }

    /// <summary>Watches a pipeline that does not run yet.</summary>
    public void Watch(nint pipeline)
    {
        delegate* unmanaged[Cdecl]<nint, nint, nint, nint, void> handler = &OnElement;
        GstNative.Connect(pipeline, "deep-element-added", (nint)handler, GCHandle.ToIntPtr(_self));
    }

    /// <summary>Waits for the next packet, as a sample with its format, which the caller then owns; 0 for none in time.</summary>
    public nint Take(TimeSpan timeout)
    {
        if (!_arrived.Wait(timeout))
        {
            return 0;
        }

        lock (_gate)
        {
            if (!_samples.TryDequeue(out var next))
            {
                return 0;
            }

            _bytes -= next.Bytes;
            return next.Sample;
        }
    }

    /// <summary>Takes nothing more.</summary>
    public void TurnOff()
    {
        lock (_gate)
        {
            _isOff = true;
            while (_samples.TryDequeue(out var next))
            {
                GstNative.gst_mini_object_unref(next.Sample);
            }
        }
    }

    /// <summary>Call it when the pipeline stands still: its threads call back.</summary>
    public void Dispose()
    {
        if (!_self.IsAllocated)
        {
            return;
        }

        TurnOff();
        foreach (var (pad, probe) in _probes)
        {
            GstNative.gst_pad_remove_probe(pad, probe);
            GstNative.gst_object_unref(pad);
        }

        _self.Free();
        _arrived.Dispose();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnElement(nint pipeline, nint bin, nint element, nint self)
    {
        var factory = GstNative.gst_element_get_factory(element);
        if (factory == 0 || !GstNative.gst_element_factory_list_is_type(factory, GstNative.FactoryVideoDecoder))
        {
            return;
        }

        var pad = GstNative.gst_element_get_static_pad(element, "sink");
        if (pad == 0)
        {
            return;
        }

        delegate* unmanaged[Cdecl]<nint, nint, nint, int> handler = &OnBuffer;
        var probe = GstNative.gst_pad_add_probe(pad, GstNative.ProbeBuffer, (nint)handler, self, 0);
        var tap = (GstPacketTap)GCHandle.FromIntPtr(self).Target!;
        lock (tap._gate)
        {
            tap._probes.Add((pad, probe));
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnBuffer(nint pad, nint info, nint self)
    {
        ((GstPacketTap)GCHandle.FromIntPtr(self).Target!).Add(pad, *(nint*)(info + GstNative.ProbeInfoData));
        return GstNative.ProbeOk;
    }

    private void Add(nint pad, nint buffer)
    {
        var bytes = (long)GstNative.gst_buffer_get_size(buffer);
        var isKey = (GstNative.gst_buffer_get_flags(buffer) & GstNative.FlagDeltaUnit) == 0;
        lock (_gate)
        {
            if (_isOff)
            {
                return;
            }

            _waitsForKey &= !isKey;
            if (_waitsForKey || _bytes + bytes > MostBytes)
            {
                _waitsForKey = true;
                Lost++;
                return;
            }

            var caps = GstNative.gst_pad_get_current_caps(pad);
            _samples.Enqueue((GstNative.gst_sample_new(buffer, caps, 0, 0), bytes));
            _bytes += bytes;
            if (caps != 0)
            {
                GstNative.gst_mini_object_unref(caps);
            }
        }

        _arrived.Release();
    }
}
