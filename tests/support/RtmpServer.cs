using System.Diagnostics;

namespace Streaming.Testing;

/// <summary>A real RTMP server (nginx with its RTMP module) that plays the files of a folder.</summary>
public sealed class RtmpServer : IDisposable
{
    private const string Module = "/usr/lib/nginx/modules/ngx_rtmp_module.so";

    private readonly TempFolder _folder = new();
    private readonly int _port = Ports.Free();
    private bool _isDisposed;

    /// <param name="media">The folder.</param>
    public RtmpServer(string media)
    {
        File.WriteAllText(
            _folder.File("nginx.conf"),
            $$"""
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            pid {{_folder.File("pid")}};
            load_module {{Module}};
            events {}
            rtmp { server { listen 127.0.0.1:{{_port}}; application vod { play {{media}}; } } }
            """);

        // It listens before it goes into the background.
        Run();
    }

    /// <summary>Whether nginx and its module are on this machine.</summary>
    public static bool IsAvailable => File.Exists(Module) && File.Exists("/usr/sbin/nginx");

    /// <summary>The address of a file.</summary>
    public string Url(string file)
    {
        return $"rtmp://127.0.0.1:{_port}/vod/{file}";
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            Run("-s", "stop");
            _folder.Dispose();
        }
    }

    private void Run(params string[] more)
    {
        string[] files = ["-p", _folder.Path, "-c", _folder.File("nginx.conf"), "-e", _folder.File("error.log")];
        using var nginx = Process.Start("/usr/sbin/nginx", [.. files, "-g", "daemon on;", .. more]);
        nginx.WaitForExit();
        Assert.Equal(0, nginx.ExitCode);
    }
}
