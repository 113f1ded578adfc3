using System.Diagnostics;
using System.Globalization;

namespace Streaming.Testing;

/// <summary>An RTSP server in a process of its own, which can be frozen and killed as a camera can.</summary>
public sealed class RtspServerProcess : IDisposable
{
    private readonly Process _process;

    /// <param name="mounts">"MOUNT:WIDTHxHEIGHT@RATE" each.</param>
    public RtspServerProcess(params string[] mounts)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "test-rtsp-server.dll"), "0", .. mounts])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        Port = int.Parse(_process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
    }

    public int Port { get; }

    public string Url(string mount)
    {
        return $"rtsp://127.0.0.1:{Port}/{mount}";
    }

    /// <summary>The connection stays, and nothing comes any more.</summary>
    public void Freeze()
    {
        Signal("-STOP");
    }

    public void Thaw()
    {
        Signal("-CONT");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
