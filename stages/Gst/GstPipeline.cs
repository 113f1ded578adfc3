using System.Runtime.InteropServices;

namespace Streaming.Stages.Gst;

/// <summary>What a GStreamer pipeline reported.</summary>
/// <param name="IsResource">The error is about a resource (network, device), not about the stream's content.</param>
/// <param name="IsStream">The error is about the stream's content.</param>
/// <param name="Code">GStreamer's code within its domain.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Debug">Details for developers; may hold anything.</param>
internal sealed record GstError(bool IsResource, bool IsStream, int Code, string Message, string Debug);

/// <summary>A running GStreamer pipeline that ends in an appsink called "sink". Used by one thread at a time.</summary>
internal sealed class GstPipeline : IDisposable
{
    private readonly nint _bus;
    private nint _pipeline;
    private nint _sink;

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

        _sink = GstNative.gst_bin_get_by_name(_pipeline, "sink");
        _bus = GstNative.gst_element_get_bus(_pipeline);
    }

    /// <summary>Sets a text property of a named element.</summary>
    public void Set(string element, string property, string value)
    {
        var instance = GstNative.gst_bin_get_by_name(_pipeline, element);
        GstNative.SetText(instance, property, value);
        GstNative.gst_object_unref(instance);
    }

    /// <summary>Starts; success or failure shows on the bus later.</summary>
    public void Play()
    {
        // Success or failure is told by messages.
        _ = GstNative.gst_element_set_state(_pipeline, GstNative.StatePlaying);
    }

    /// <summary>The next sample, which the caller then owns, or 0 when none came in time.</summary>
    public nint TryPull(TimeSpan timeout)
    {
        return GstNative.gst_app_sink_try_pull_sample(_sink, (ulong)timeout.Ticks * 100);
    }

    /// <summary>Whether the stream ended.</summary>
    public bool IsEos => GstNative.gst_app_sink_is_eos(_sink);

    /// <summary>The first error that was reported and not taken yet, or null.</summary>
    public GstError? TakeError()
    {
        var message = GstNative.gst_bus_pop_filtered(_bus, GstNative.MessageError);
        if (message == 0)
        {
            return null;
        }

        GstNative.gst_message_parse_error(message, out var error, out var debug);
        GstNative.gst_mini_object_unref(message);
        var details = Marshal.PtrToStringUTF8(debug) ?? "";
        GstNative.g_free(debug);
        return TakeError(error, details);
    }

    public void Dispose()
    {
        if (_pipeline == 0)
        {
            return;
        }

        _ = GstNative.gst_element_set_state(_pipeline, GstNative.StateNull);
        if (_sink != 0)
        {
            GstNative.gst_object_unref(_sink);
            GstNative.gst_object_unref(_bus);
        }

        GstNative.gst_object_unref(_pipeline);
        (_pipeline, _sink) = (0, 0);
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
