using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Streaming.Stages.Gst;

/// <summary>A GStreamer pipeline. Used by one thread at a time.</summary>
internal sealed unsafe class GstPipeline : IDisposable
{
    private readonly List<nint> _elements = [];
    private readonly nint _bus;
    private nint _pipeline;

    /// <param name="description">In the syntax of gst-launch; never holds what a user wrote.</param>
    /// <exception cref="InvalidOperationException">An element is missing; the message names it.</exception>
    public GstPipeline(string description)
    {
        if (!GstNative.gst_init_check(0, 0, out var initError))
        {
            throw new InvalidOperationException(TakeError(initError)?.Message ?? "GStreamer does not start.");
        }

        _pipeline = GstNative.gst_parse_launch(description, out var error);
        if (TakeError(error) is { } failure)
        {
            Dispose();
            throw new InvalidOperationException(failure.Message);
        }

        _bus = GstNative.gst_element_get_bus(_pipeline);
        delegate* unmanaged[Cdecl]<nint, nint, nint, nint, void> handler = &OnElement;
        GstNative.Connect(_pipeline, "deep-element-added", (nint)handler, 0);
    }

    /// <summary>The element of that name; valid as long as the pipeline is.</summary>
    public GstElement this[string element]
    {
        get
        {
            var instance = GstNative.gst_bin_get_by_name(_pipeline, element);
            _elements.Add(instance);
            return new GstElement(instance);
        }
    }

    /// <summary>Lets its HTTP sources look at certificates; before it starts.</summary>
    public void Guard(GstTrust trust, GstElement source)
    {
        trust.GuardHttp(_pipeline, source.Handle);
    }

    /// <summary>Has the packets that it decodes taken out too; before it starts.</summary>
    public void Tap(GstPacketTap tap)
    {
        tap.Watch(_pipeline);
    }

    /// <summary>Starts; success or failure shows on the bus later.</summary>
    public void Play()
    {
        // Success or failure is told by messages.
        _ = GstNative.gst_element_set_state(_pipeline, GstNative.StatePlaying);
    }

    /// <summary>Stops: none of its threads runs any more.</summary>
    public void Stop()
    {
        _ = GstNative.gst_element_set_state(_pipeline, GstNative.StateNull);
    }

    /// <summary>The first error that was reported and not taken yet, or null.</summary>
    public GstError? TakeError()
    {
        var message = GstNative.gst_bus_pop_filtered(_bus, GstNative.MessageError);
        return message == 0 ? null : Read(message);
    }

    /// <summary>Waits for the end of everything: null when it came well, otherwise why not.</summary>
    public GstError? WaitForEnd(TimeSpan timeout)
    {
        const uint Ends = GstNative.MessageError | GstNative.MessageEos;
        var message = GstNative.gst_bus_timed_pop_filtered(_bus, (ulong)timeout.Ticks * 100, Ends);
        if (message == 0)
        {
            return new GstError(false, false, 0, $"it did not end within {timeout.TotalSeconds:0.#} s", "");
        }

        if (GstNative.TypeOf(message) != GstNative.MessageEos)
        {
            return Read(message);
        }

        GstNative.gst_mini_object_unref(message);
        return null;
    }

    /// <summary>
    /// The video decoder that the pipeline chose, with what it decodes: ("avdec_h264", "video/x-h264"); null before it has
    /// chosen.
    /// </summary>
    public (string Decoder, string Codec)? FindDecoder()
    {
        var found = default((string, string)?);
        var elements = GstNative.gst_bin_iterate_recurse(_pipeline);
        var value = default(GstNative.Value);
        while (GstNative.gst_iterator_next(elements, ref value) == GstNative.IteratorOk)
        {
            var element = GstNative.g_value_get_object(ref value);
            var factory = GstNative.gst_element_get_factory(element);
            if (factory != 0 && GstNative.gst_element_factory_list_is_type(factory, GstNative.FactoryVideoDecoder))
            {
                found ??= (GstNative.NameOf(factory), CodecOf(element));
            }

            GstNative.g_value_reset(ref value);
        }

        GstNative.g_value_unset(ref value);
        GstNative.gst_iterator_free(elements);
        return found;
    }

    public void Dispose()
    {
        if (_pipeline == 0)
        {
            return;
        }

        Stop();
        _elements.ForEach(GstNative.gst_object_unref);
        if (_bus != 0)
        {
            GstNative.gst_object_unref(_bus);
        }

        GstNative.gst_object_unref(_pipeline);
        _pipeline = 0;
    }

    /// <summary>
    /// A camera that sends pictures one after the other (multipart) has one stream. Without being told so decodebin waits for
    /// further ones until megabytes have come.
    /// </summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnElement(nint pipeline, nint bin, nint element, nint data)
    {
        var factory = GstNative.gst_element_get_factory(element);
        if (factory != 0 && GstNative.NameOf(factory) == "multipartdemux")
        {
            GstNative.gst_util_set_object_arg(element, "single-stream", "true");
        }
    }

    private static string CodecOf(nint decoder)
    {
        var pad = GstNative.gst_element_get_static_pad(decoder, "sink");
        if (pad == 0)
        {
            return "";
        }

        var caps = GstNative.gst_pad_get_current_caps(pad);
        GstNative.gst_object_unref(pad);
        if (caps == 0)
        {
            return "";
        }

        var name = GstNative.gst_structure_get_name(GstNative.gst_caps_get_structure(caps, 0));
        var codec = Marshal.PtrToStringUTF8(name) ?? "";
        GstNative.gst_mini_object_unref(caps);
        return codec;
    }

    private static GstError Read(nint message)
    {
        GstNative.gst_message_parse_error(message, out var error, out var debug);
        GstNative.gst_mini_object_unref(message);
        var details = Marshal.PtrToStringUTF8(debug) ?? "";
        GstNative.g_free(debug);
        return TakeError(error, details)!;
    }

    private static GstError? TakeError(nint pointer, string debug = "")
    {
        if (pointer == 0)
        {
            return null;
        }

        var error = Marshal.PtrToStructure<GstNative.Error>(pointer);
        var result = new GstError(
            error.Domain == GstNative.gst_resource_error_quark(),
            error.Domain == GstNative.gst_stream_error_quark(),
            error.Code,
            Marshal.PtrToStringUTF8(error.Message) ?? "unknown error",
            debug);
        GstNative.g_error_free(pointer);
        return result;
    }
}
