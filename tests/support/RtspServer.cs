using System.Runtime.InteropServices;

namespace Streaming.Testing;

/// <summary>A real RTSP server (gst-rtsp-server) in this process, with a live test picture on each mount.</summary>
public sealed partial class RtspServer : IDisposable
{
    private const string Server = "libgstrtspserver-1.0.so.0";
    private const string Glib = "libglib-2.0.so.0";
    private const string Gst = "libgstreamer-1.0.so.0";
    private const int DigestAuthentication = 2;

    /// <summary>GST_RTSP_FILTER_REMOVE for every client; kept here so that it is not collected.</summary>
    private static readonly ClientFilter RemoveClient = (_, _, _) => 0;

    private readonly nint _context;
    private readonly nint _loop;
    private readonly nint _server;
    private readonly uint _listening;
    private readonly Thread _thread;
    private readonly string _scheme = "rtsp";
    private bool _isDisposed;

    /// <param name="port">0 takes a free one.</param>
    /// <param name="certificate">PEM with its key: the server speaks rtsps.</param>
    public RtspServer(int port = 0, string? certificate = null)
    {
        Assert.True(gst_init_check(0, 0, 0));
        _context = g_main_context_new();
        _loop = g_main_loop_new(_context, 0);
        _server = gst_rtsp_server_new();
        gst_rtsp_server_set_address(_server, "127.0.0.1");
        gst_rtsp_server_set_service(_server, port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (certificate is not null)
        {
            _scheme = "rtsps";
            var auth = gst_rtsp_auth_new();
            gst_rtsp_auth_set_tls_certificate(auth, g_tls_certificate_new_from_pem(certificate, -1, 0));
            gst_rtsp_server_set_auth(_server, auth);
        }

        // Clients are served by the loop's thread too.
        gst_rtsp_thread_pool_set_max_threads(gst_rtsp_server_get_thread_pool(_server), 0);
        _listening = gst_rtsp_server_attach(_server, _context);
        Assert.NotEqual(0u, _listening);
        Port = gst_rtsp_server_get_bound_port(_server);
        _thread = new Thread(() => g_main_loop_run(_loop)) { IsBackground = true, Name = "rtsp-server" };
        _thread.Start();
    }

    private delegate int ClientFilter(nint server, nint client, nint data);

    private delegate int Callback(nint data);

    public int Port { get; }

    /// <summary>Whether the library and the encoder are on this machine.</summary>
    public static bool IsAvailable =>
        NativeLibrary.TryLoad(Server, out _)
        && gst_init_check(0, 0, 0)
        && gst_element_factory_find("x264enc") != 0
        && gst_element_factory_find("avdec_h264") != 0;

    public string Url(string mount)
    {
        return $"{_scheme}://127.0.0.1:{Port}/{mount}";
    }

    /// <summary>Adds a mount with a moving test picture, H.264; with a user, only for that one (digest).</summary>
    public void Add(string mount, int width, int height, int rate, string? user = null, string? password = null)
    {
        var factory = AddMount(mount, $"{Ball(width, height, rate)} ! {Encode(rate)}");
        if (user is not null)
        {
            var permissions = gst_rtsp_permissions_new();
            gst_rtsp_permissions_add_permission_for_role(permissions, "viewer", "media.factory.access", 1);
            gst_rtsp_permissions_add_permission_for_role(permissions, "viewer", "media.factory.construct", 1);
            gst_rtsp_media_factory_set_permissions(factory, permissions);
            var auth = gst_rtsp_server_get_auth(_server);
            auth = auth != 0 ? auth : gst_rtsp_auth_new();
            gst_rtsp_auth_set_supported_methods(auth, DigestAuthentication);
            var token = gst_rtsp_token_new_empty();
            gst_rtsp_token_set_string(token, "media.factory.role", "viewer");
            gst_rtsp_auth_add_digest(auth, user, password!, token);
            gst_rtsp_server_set_auth(_server, auth);
        }

    }

    /// <summary>Adds a mount that sends the coded frames of a file in their time, to each client from the beginning.</summary>
    /// <param name="mount">The mount.</param>
    /// <param name="path">An MP4 file.</param>
    /// <param name="codec">"h264" or "h265".</param>
    public void AddFile(string mount, string path, string codec = "h264")
    {
        var factory = AddMount(
            mount, $"filesrc location={path} ! qtdemux ! {codec}parse ! rtp{codec}pay name=pay0 pt=96 config-interval=-1");
        gst_rtsp_media_factory_set_shared(factory, 0);
    }

    /// <summary>
    /// Adds a mount whose picture gets another size after some frames, as when somebody turns a camera's resolution up.
    /// </summary>
    public void AddChanging(string mount, int frames, (int Width, int Height) before, (int Width, int Height) after)
    {
        AddMount(
            mount,
            $"videotestsrc is-live=true num-buffers={frames} ! {Format(before.Width, before.Height, 25)} ! queue ! c. "
            + $"videotestsrc is-live=true ! {Format(after.Width, after.Height, 25)} ! queue ! c. concat name=c ! {Encode(25)}");
    }

    /// <summary>Adds a mount with a moving test picture as Motion JPEG.</summary>
    public void AddMotionJpeg(string mount, int width, int height, int rate)
    {
        AddMount(mount, $"{Ball(width, height, rate)},format=I420 ! jpegenc ! rtpjpegpay name=pay0 pt=26");
    }

    /// <summary>Adds a mount with a moving test picture, H.265.</summary>
    public void AddH265(string mount, int width, int height, int rate)
    {
        AddMount(
            mount,
            $"{Ball(width, height, rate)},format=I420 ! x265enc tune=zerolatency speed-preset=ultrafast key-int-max={rate}"
            + " ! rtph265pay name=pay0 pt=96 config-interval=-1");
    }

    /// <summary>Breaks all connections off; clients may come again at once.</summary>
    public void DropClients()
    {
        // On the thread that serves them: closed from another thread, a connection would go on reading from nothing for ever,
        // with a line to stderr each time.
        using var isDone = new ManualResetEventSlim();
        Callback drop = _ =>
        {
            gst_rtsp_server_client_filter(_server, Marshal.GetFunctionPointerForDelegate(RemoveClient), 0);
            isDone.Set();
            return 0;
        };
        g_main_context_invoke(_context, Marshal.GetFunctionPointerForDelegate(drop), 0);
        isDone.Wait();
        GC.KeepAlive(drop);
    }

    /// <summary>Ends the server; its clients lose their connections.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        DropClients();
        g_source_destroy(g_main_context_find_source_by_id(_context, _listening));
        g_main_loop_quit(_loop);
        _thread.Join();
        gst_object_unref(_server);
        g_main_context_unref(_context);
    }

    private static string Ball(int width, int height, int rate)
    {
        return $"videotestsrc is-live=true pattern=ball ! {Format(width, height, rate)}";
    }

    private static string Format(int width, int height, int rate)
    {
        return $"video/x-raw,width={width},height={height},framerate={rate}/1";
    }

    private static string Encode(int rate)
    {
        return $"x264enc tune=zerolatency speed-preset=ultrafast key-int-max={rate}"
            + " ! rtph264pay name=pay0 pt=96 config-interval=-1";
    }

    private nint AddMount(string mount, string launch)
    {
        var factory = gst_rtsp_media_factory_new();
        gst_rtsp_media_factory_set_launch(factory, $"( {launch} )");
        gst_rtsp_media_factory_set_shared(factory, 1);
        gst_rtsp_mount_points_add_factory(gst_rtsp_server_get_mount_points(_server), $"/{mount}", factory);
        return factory;
    }

    [LibraryImport(Gst)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool gst_init_check(nint argc, nint argv, nint error);

    [LibraryImport(Gst, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint gst_element_factory_find(string name);

    [LibraryImport(Gst)]
    private static partial void gst_object_unref(nint instance);

    [LibraryImport(Glib)]
    private static partial nint g_main_context_new();

    [LibraryImport(Glib)]
    private static partial void g_main_context_unref(nint context);

    [LibraryImport(Glib)]
    private static partial nint g_main_loop_new(nint context, int isRunning);

    [LibraryImport(Glib)]
    private static partial void g_main_loop_run(nint loop);

    [LibraryImport(Glib)]
    private static partial void g_main_loop_quit(nint loop);

    [LibraryImport(Glib)]
    private static partial nint g_main_context_find_source_by_id(nint context, uint id);

    [LibraryImport(Glib)]
    private static partial void g_main_context_invoke(nint context, nint function, nint data);

    [LibraryImport(Glib)]
    private static partial void g_source_destroy(nint source);

    [LibraryImport(Server)]
    private static partial nint gst_rtsp_server_new();

    [LibraryImport(Server, StringMarshalling = StringMarshalling.Utf8)]
    private static partial void gst_rtsp_server_set_address(nint server, string address);

    [LibraryImport(Server, StringMarshalling = StringMarshalling.Utf8)]
    private static partial void gst_rtsp_server_set_service(nint server, string service);

    [LibraryImport(Server)]
    private static partial uint gst_rtsp_server_attach(nint server, nint context);

    [LibraryImport(Server)]
    private static partial int gst_rtsp_server_get_bound_port(nint server);

    [LibraryImport(Server)]
    private static partial nint gst_rtsp_server_get_mount_points(nint server);

    [LibraryImport(Server)]
    private static partial nint gst_rtsp_server_client_filter(nint server, nint filter, nint data);

    [LibraryImport(Server)]
    private static partial nint gst_rtsp_server_get_thread_pool(nint server);

    [LibraryImport(Server)]
    private static partial void gst_rtsp_thread_pool_set_max_threads(nint pool, int threads);

    [LibraryImport(Server)]
    private static partial void gst_rtsp_server_set_auth(nint server, nint auth);

    [LibraryImport(Server, StringMarshalling = StringMarshalling.Utf8)]
    private static partial void gst_rtsp_mount_points_add_factory(nint mounts, string path, nint factory);

    [LibraryImport(Server)]
    private static partial nint gst_rtsp_media_factory_new();

    [LibraryImport(Server, StringMarshalling = StringMarshalling.Utf8)]
    private static partial void gst_rtsp_media_factory_set_launch(nint factory, string launch);

    [LibraryImport(Server)]
    private static partial void gst_rtsp_media_factory_set_shared(nint factory, int isShared);

    [LibraryImport(Server)]
    private static partial void gst_rtsp_media_factory_set_permissions(nint factory, nint permissions);

    [LibraryImport(Server)]
    private static partial nint gst_rtsp_permissions_new();

    [LibraryImport(Server, StringMarshalling = StringMarshalling.Utf8)]
    private static partial void gst_rtsp_permissions_add_permission_for_role(
        nint permissions, string role, string permission, int isAllowed);

    [LibraryImport(Server)]
    private static partial nint gst_rtsp_auth_new();

    [LibraryImport(Server)]
    private static partial nint gst_rtsp_server_get_auth(nint server);

    [LibraryImport(Server)]
    private static partial void gst_rtsp_auth_set_tls_certificate(nint auth, nint certificate);

    [LibraryImport("libgio-2.0.so.0", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint g_tls_certificate_new_from_pem(string data, nint length, nint error);

    [LibraryImport(Server)]
    private static partial void gst_rtsp_auth_set_supported_methods(nint auth, int methods);

    [LibraryImport(Server, StringMarshalling = StringMarshalling.Utf8)]
    private static partial void gst_rtsp_auth_add_digest(nint auth, string user, string password, nint token);

    [LibraryImport(Server)]
    private static partial nint gst_rtsp_token_new_empty();

    [LibraryImport(Server, StringMarshalling = StringMarshalling.Utf8)]
    private static partial void gst_rtsp_token_set_string(nint token, string field, string value);
}
