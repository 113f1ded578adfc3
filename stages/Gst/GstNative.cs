using System.Runtime.InteropServices;

namespace Streaming.Stages.Gst;

/// <summary>
/// The functions of GStreamer 1.x that are used, all of its stable C interface. Structures are opaque; the few fields that are
/// read have had their places since 1.0 (64-bit).
/// </summary>
internal static partial class GstNative
{
    public const int StateNull = 1;
    public const int StatePlaying = 4;
    public const uint MessageEos = 1;
    public const uint MessageError = 2;
    public const int IteratorOk = 1;
    public const int ProbeBuffer = 1 << 4;
    public const int ProbeOk = 1;

    /// <summary>Where GstPadProbeInfo has its data.</summary>
    public const int ProbeInfoData = 16;

    /// <summary>Decoders of videos, and of pictures (a JPEG decoder is one).</summary>
    public const ulong FactoryVideoDecoder = 1 | (1UL << 49) | (1UL << 51);

    public const int MapRead = 1;
    public const int FlowOk = 0;
    public const int BufferPts = 72;
    public const int BufferDts = 80;
    public const int BufferDuration = 88;

    /// <summary>A buffer's flag: it needs those before it.</summary>
    public const uint FlagDeltaUnit = 1 << 13;

    private const int MessageType = 64;
    private const string Core = "libgstreamer-1.0.so.0";
    private const string App = "libgstapp-1.0.so.0";
    private const string Object = "libgobject-2.0.so.0";
    private const string Glib = "libglib-2.0.so.0";

    /// <summary>GLib's fixed number for the type of strings.</summary>
    private const nuint TypeString = 16 << 2;

    /// <summary>GLib's fixed number for the type of unsigned 64-bit numbers.</summary>
    private const nuint TypeUnsignedLong = 11 << 2;

    /// <summary>GLib's fixed number for the type of objects.</summary>
    private const nuint TypeObject = 20 << 2;

    [StructLayout(LayoutKind.Sequential)]
    public struct MapInfo
    {
        public nint Memory;
        public int Flags;
        public nint Data;
        public nuint Size;
        public nuint MaxSize;
        public nint User0;
        public nint User1;
        public nint User2;
        public nint User3;
        public nint Reserved0;
        public nint Reserved1;
        public nint Reserved2;
        public nint Reserved3;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Error
    {
        public uint Domain;
        public int Code;
        public nint Message;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Value
    {
        public nuint Type;
        public ulong Data0;
        public ulong Data1;
    }

    [LibraryImport(Core)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool gst_init_check(nint argc, nint argv, out nint error);

    [LibraryImport(Core, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint gst_parse_launch(string description, out nint error);

    [LibraryImport(Core, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint gst_bin_get_by_name(nint bin, string name);

    [LibraryImport(Core)]
    public static partial int gst_element_set_state(nint element, int state);

    [LibraryImport(Core)]
    public static partial nint gst_element_get_bus(nint element);

    [LibraryImport(Core)]
    public static partial nint gst_bus_pop_filtered(nint bus, uint types);

    [LibraryImport(Core)]
    public static partial nint gst_bus_timed_pop_filtered(nint bus, ulong timeout, uint types);

    [LibraryImport(Core)]
    public static partial nint gst_bin_iterate_recurse(nint bin);

    [LibraryImport(Core)]
    public static partial int gst_iterator_next(nint iterator, ref Value value);

    [LibraryImport(Core)]
    public static partial void gst_iterator_free(nint iterator);

    [LibraryImport(Core)]
    public static partial nint gst_element_get_factory(nint element);

    [LibraryImport(Core)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool gst_element_factory_list_is_type(nint factory, ulong types);

    [LibraryImport(Core, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint gst_element_get_static_pad(nint element, string name);

    [LibraryImport(Core)]
    public static partial nint gst_pad_get_current_caps(nint pad);

    [LibraryImport(Core)]
    public static partial nuint gst_pad_add_probe(nint pad, int mask, nint callback, nint data, nint destroy);

    [LibraryImport(Core)]
    public static partial void gst_pad_remove_probe(nint pad, nuint id);

    [LibraryImport(Core)]
    public static partial nint gst_structure_get_name(nint structure);

    [LibraryImport(Core)]
    public static partial nint gst_buffer_new_allocate(nint allocator, nuint size, nint parameters);

    [LibraryImport(Core)]
    public static partial nuint gst_buffer_fill(nint buffer, nuint offset, nint source, nuint size);

    [LibraryImport(Core, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint gst_caps_from_string(string text);

    [LibraryImport(Core)]
    public static partial void gst_message_parse_error(nint message, out nint error, out nint debug);

    [LibraryImport(Core)]
    public static partial void gst_mini_object_unref(nint instance);

    [LibraryImport(Core)]
    public static partial void gst_object_unref(nint instance);

    [LibraryImport(Core)]
    public static partial nint gst_sample_get_buffer(nint sample);

    [LibraryImport(Core)]
    public static partial nint gst_sample_get_caps(nint sample);

    [LibraryImport(Core)]
    public static partial nint gst_caps_get_structure(nint caps, uint index);

    [LibraryImport(Core, StringMarshalling = StringMarshalling.Utf8)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool gst_structure_get_int(nint structure, string field, out int value);

    [LibraryImport(Core, StringMarshalling = StringMarshalling.Utf8)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool gst_structure_get_fraction(nint structure, string field, out int numerator, out int denominator);

    [LibraryImport(Core)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool gst_buffer_map(nint buffer, out MapInfo info, int flags);

    [LibraryImport(Core)]
    public static partial void gst_buffer_unmap(nint buffer, ref MapInfo info);

    [LibraryImport(Core)]
    public static partial uint gst_buffer_get_flags(nint buffer);

    [LibraryImport(Core)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool gst_buffer_set_flags(nint buffer, uint flags);

    [LibraryImport(Core)]
    public static partial nuint gst_buffer_get_size(nint buffer);

    [LibraryImport(Core)]
    public static partial nint gst_sample_new(nint buffer, nint caps, nint segment, nint info);

    [LibraryImport(Core, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint gst_structure_get_value(nint structure, string field);

    [LibraryImport(Core)]
    public static partial uint gst_resource_error_quark();

    [LibraryImport(Core)]
    public static partial uint gst_stream_error_quark();

    [LibraryImport(Core, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint gst_element_factory_find(string name);

    [LibraryImport(Core, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void gst_util_set_object_arg(nint instance, string property, string value);

    [LibraryImport(App)]
    public static partial nint gst_app_sink_try_pull_sample(nint sink, ulong timeout);

    [LibraryImport(App)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool gst_app_sink_is_eos(nint sink);

    [LibraryImport(App)]
    public static partial int gst_app_src_push_buffer(nint source, nint buffer);

    [LibraryImport(App)]
    public static partial int gst_app_src_push_sample(nint source, nint sample);

    [LibraryImport(App)]
    public static partial int gst_app_src_end_of_stream(nint source);

    [LibraryImport(App)]
    public static partial void gst_app_src_set_caps(nint source, nint caps);

    [LibraryImport(Glib)]
    public static partial void g_error_free(nint error);

    [LibraryImport(Glib)]
    public static partial void g_free(nint memory);

    [LibraryImport(Object)]
    public static partial nint g_value_get_object(ref Value value);

    [LibraryImport(Object)]
    public static partial nint g_value_get_boxed(nint value);

    [LibraryImport(Object)]
    public static partial nint g_value_reset(ref Value value);

    [LibraryImport(Object)]
    public static partial void g_value_unset(ref Value value);

    /// <summary>A message's type.</summary>
    public static unsafe uint TypeOf(nint message)
    {
        return *(uint*)(message + MessageType);
    }

    /// <summary>An object's name.</summary>
    public static string NameOf(nint instance)
    {
        var text = gst_object_get_name(instance);
        var name = Marshal.PtrToStringUTF8(text) ?? "";
        g_free(text);
        return name;
    }

    /// <summary>Has a function of C's calling convention called at a signal.</summary>
    public static void Connect(nint instance, string signal, nint handler, nint data)
    {
        g_signal_connect_data(instance, signal, handler, data, 0, 0);
    }

    /// <summary>Sets a text property.</summary>
    public static void SetText(nint instance, string name, string text)
    {
        var value = default(Value);
        g_value_init(ref value, TypeString);
        g_value_set_string(ref value, text);
        g_object_set_property(instance, name, ref value);
        g_value_unset(ref value);
    }

    /// <summary>Reads a property that is an unsigned 64-bit number.</summary>
    public static ulong GetNumber(nint instance, string name)
    {
        var value = default(Value);
        g_value_init(ref value, TypeUnsignedLong);
        g_object_get_property(instance, name, ref value);
        return value.Data0;
    }

    /// <summary>Sets an object property; the element takes a reference of its own.</summary>
    public static void SetObject(nint instance, string name, nint value)
    {
        var boxed = default(Value);
        g_value_init(ref boxed, TypeObject);
        g_value_set_object(ref boxed, value);
        g_object_set_property(instance, name, ref boxed);
        g_value_unset(ref boxed);
    }

    [LibraryImport(Object)]
    private static partial void g_value_set_object(ref Value value, nint instance);

    [LibraryImport(Object, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nuint g_signal_connect_data(
        nint instance, string signal, nint handler, nint data, nint release, int flags);

    [LibraryImport(Object, StringMarshalling = StringMarshalling.Utf8)]
    private static partial void g_object_get_property(nint instance, string name, ref Value value);

    [LibraryImport(Object)]
    private static partial nint g_value_init(ref Value value, nuint type);

    [LibraryImport(Object, StringMarshalling = StringMarshalling.Utf8)]
    private static partial void g_value_set_string(ref Value value, string text);

    [LibraryImport(Core)]
    private static partial nint gst_object_get_name(nint instance);

    [LibraryImport(Object, StringMarshalling = StringMarshalling.Utf8)]
    private static partial void g_object_set_property(nint instance, string name, ref Value value);
}
