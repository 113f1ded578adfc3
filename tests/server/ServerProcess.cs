using System.Diagnostics;

namespace Streaming.Server.Tests;

/// <summary>A web server in a process of its own (see server-process/), and with its own folder and environment.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, string? address)
    {
        (_process, Address) = (process, address);
    }

    /// <summary>Where it says it listens; null if it did not start.</summary>
    public string? Address { get; }

    /// <param name="folder">Its working folder.</param>
    /// <param name="environment">Variables besides ours.</param>
    /// <param name="wrapper">A command that runs it, for example in a namespace with other limits.</param>
    public static async Task<ServerProcess> StartAsync(
        string folder, IReadOnlyDictionary<string, string>? environment = null, params IReadOnlyList<string> wrapper)
    {
        string[] command = [.. wrapper, "dotnet", Path.Combine(AppContext.BaseDirectory, "test-web-server.dll")];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        return new ServerProcess(process, await process.StandardOutput.ReadLineAsync());
    }

    /// <summary>What the process has open, for example "anon_inode:inotify" for a file watcher.</summary>
    public IEnumerable<string> OpenFiles()
    {
        return Directory.EnumerateFileSystemEntries($"/proc/{_process.Id}/fd")
            .Select(path => new FileInfo(path).LinkTarget)
            .OfType<string>();
    }

    /// <summary>Gives it a command of server-process/Program.cs and returns its answer.</summary>
    public async Task<string> AskAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        return await _process.StandardOutput.ReadLineAsync() ?? throw new IOException("The server process ended.");
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
