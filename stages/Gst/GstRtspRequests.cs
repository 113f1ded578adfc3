using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Streaming.Stages.Gst;

/// <summary>Counts the requests that an rtspsrc sends: it follows redirects without end.</summary>
internal sealed unsafe class GstRtspRequests : IDisposable
{
    private int* _count = (int*)NativeMemory.AllocZeroed(sizeof(int));

    /// <param name="source">An rtspsrc that does not run yet.</param>
    public GstRtspRequests(GstElement source)
    {
        delegate* unmanaged[Cdecl]<nint, nint, nint, int> handler = &OnRequest;
        GstNative.Connect(source.Handle, "before-send", (nint)handler, (nint)_count);
    }

    /// <summary>How many were sent so far.</summary>
    public int Count => Volatile.Read(ref *_count);

    /// <summary>Call it when the pipeline is gone: its threads count.</summary>
    public void Dispose()
    {
        NativeMemory.Free(_count);
        _count = null;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnRequest(nint source, nint message, nint data)
    {
        Interlocked.Increment(ref *(int*)data);
        return 1;
    }
}
