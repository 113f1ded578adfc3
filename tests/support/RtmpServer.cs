using System.Diagnostics;

namespace Streaming.Testing;

/// <summary>A real RTMP server (nginx with its RTMP module) that plays the files of a folder.</summary>
public sealed class RtmpServer : IDisposable
{
    private static readonly string? Nginx = Programs.Find("nginx");

    /// <summary>Beside the program, wherever that lies.</summary>
    private static readonly string? Module =
        Nginx is null ? null : Path.GetFullPath(Path.Combine(Nginx, "../../lib/nginx/modules/ngx_rtmp_module.so"));

    private readonly TempFolder _folder = new();
    private readonly int _port = Ports.Free();
    private readonly Process _process;
    private bool _isDisposed;

    /// <param name="media">The folder.</param>
    public RtmpServer(string media)
    {
        // One process in the foreground, a child of this one: when it has ended it is gone, and so is its port.
        File.WriteAllText(
            _folder.File("nginx.conf"),
            $$"""
            daemon off;
            master_process off;
            error_log stderr notice;
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            pid {{_folder.File("pid")}};
            load_module {{Module}};
            events {}
            rtmp { access_log off; server { listen 127.0.0.1:{{_port}}; application vod { play {{media}}; } } }
            """);
        _process = Process.Start(
            new ProcessStartInfo(Nginx!, ["-p", _folder.Path, "-c", _folder.File("nginx.conf")])
            {
                RedirectStandardError = true,
            })!;
        WaitUntilListening();
    }

    /// <summary>Whether nginx and its module are on this machine.</summary>
    public static bool IsAvailable => File.Exists(Module);

    /// <summary>The address of a file.</summary>
    public string Url(string file)
    {
        return $"rtmp://127.0.0.1:{_port}/vod/{file}";
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }

    /// <summary>nginx opens its ports before it says how it will wait for events.</summary>
    private void WaitUntilListening()
    {
        var log = "";
        while (!log.Contains("event method", StringComparison.Ordinal))
        {
            log += _process.StandardError.ReadLine() ?? throw new InvalidOperationException($"nginx does not start: {log}");
        }

        // What else it says is read, so that the pipe never fills up.
        _ = _process.StandardError.ReadToEndAsync();
    }
}
