using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Streaming.Config.Run;

namespace Streaming.Stages.Gst;

/// <summary>
/// Whom a pipeline's encrypted sources trust beside the authorities that this machine knows. Most cameras made their certificates
/// themselves, with a name that is not their address and a date long past: an RTSP source takes exactly those of the file as they
/// are, and what they signed if name and date fit. GStreamer's HTTP source knows the second way alone, and asks to be told to
/// look at certificates at all.
/// </summary>
internal sealed unsafe partial class GstTrust : IDisposable
{
    private const string Gio = "libgio-2.0.so.0";
    private const string Object = "libgobject-2.0.so.0";
    private const string Glib = "libglib-2.0.so.0";

    private readonly bool _trustsAny;
    private readonly nint _certificates;
    private readonly nint _database;
    private GCHandle _self;

    /// <param name="trust">A PEM file, <see cref="SourceConfig.TrustAny"/>, or null for nobody else.</param>
    /// <exception cref="InvalidOperationException">The file cannot be read.</exception>
    public GstTrust(string? trust)
    {
        _self = GCHandle.Alloc(this);
        _trustsAny = trust == SourceConfig.TrustAny;
        if (trust is null or SourceConfig.TrustAny)
        {
            return;
        }

        _certificates = g_tls_certificate_list_new_from_file(trust, out var error);
        _database = error == 0 ? g_tls_file_database_new(Path.GetFullPath(trust), out error) : 0;
        if (error != 0)
        {
            GstNative.g_error_free(error);
            Dispose();
            throw new InvalidOperationException($"{trust} cannot be read as a PEM file of certificates");
        }
    }

    /// <summary>Whether an RTSP server's certificate was turned down; rtspsrc's error does not say so.</summary>
    public bool HasRefused { get; private set; }

    /// <summary>Tells rtspsrc whom to trust; before it starts.</summary>
    public void GuardRtsp(GstElement source)
    {
        if (_database != 0)
        {
            GstNative.SetObject(source.Handle, "tls-database", _database);
        }

        delegate* unmanaged[Cdecl]<nint, nint, nint, int, nint, int> handler = &OnDoubtfulCertificate;
        GstNative.Connect(source.Handle, "accept-certificate", (nint)handler, GCHandle.ToIntPtr(_self));
    }

    /// <summary>
    /// Tells the pipeline's HTTP sources whom to trust, also those that come later (a playlist's pieces); before it starts.
    /// </summary>
    public void GuardHttp(nint pipeline, nint source)
    {
        Guard(source);
        delegate* unmanaged[Cdecl]<nint, nint, nint, nint, void> handler = &OnElement;
        GstNative.Connect(pipeline, "deep-element-added", (nint)handler, GCHandle.ToIntPtr(_self));
    }

    /// <summary>After the pipeline, whose threads call back.</summary>
    public void Dispose()
    {
        if (!_self.IsAllocated)
        {
            return;
        }

        _self.Free();
        if (_database != 0)
        {
            g_object_unref(_database);
        }

        for (var item = (GList*)_certificates; item != null; item = item->Next)
        {
            g_object_unref(item->Data);
        }

        g_list_free(_certificates);
    }

    /// <summary>Called for a certificate that neither this machine's authorities nor the database vouch for.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnDoubtfulCertificate(nint source, nint connection, nint certificate, int errors, nint self)
    {
        var trust = (GstTrust)GCHandle.FromIntPtr(self).Target!;
        var isTrusted = trust._trustsAny || trust.Lists(certificate);
        trust.HasRefused |= !isTrusted;
        return isTrusted ? 1 : 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnElement(nint pipeline, nint bin, nint element, nint self)
    {
        ((GstTrust)GCHandle.FromIntPtr(self).Target!).Guard(element);
    }

    private bool Lists(nint certificate)
    {
        for (var item = (GList*)_certificates; item != null; item = item->Next)
        {
            if (g_tls_certificate_is_same(item->Data, certificate) != 0)
            {
                return true;
            }
        }

        return false;
    }

    private void Guard(nint element)
    {
        var factory = GstNative.gst_element_get_factory(element);
        if (factory == 0 || GstNative.NameOf(factory) != "souphttpsrc")
        {
            return;
        }

        if (_trustsAny)
        {
            GstNative.gst_util_set_object_arg(element, "ssl-strict", "false");
        }
        else if (_database != 0)
        {
            GstNative.SetObject(element, "tls-database", _database);
        }
        else
        {
            GstNative.gst_util_set_object_arg(element, "ssl-use-system-ca-file", "true");
        }
    }

    [LibraryImport(Gio, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint g_tls_certificate_list_new_from_file(string file, out nint error);

    [LibraryImport(Gio, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint g_tls_file_database_new(string anchors, out nint error);

    [LibraryImport(Gio)]
    private static partial int g_tls_certificate_is_same(nint certificate, nint other);

    [LibraryImport(Object)]
    private static partial void g_object_unref(nint instance);

    [LibraryImport(Glib)]
    private static partial void g_list_free(nint list);

    [StructLayout(LayoutKind.Sequential)]
    private struct GList
    {
        public nint Data;
        public GList* Next;
        public GList* Previous;
    }
}
