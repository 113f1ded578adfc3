using System.Diagnostics;

namespace Streaming.Testing;

/// <summary>A file system of its own with little room, in memory: a disk that really is full. Needs the right to mount.</summary>
public sealed class SmallDisk : IDisposable
{
    private static readonly Lazy<bool> CanMount = new(() =>
    {
        using var folder = new TempFolder();
        return Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.Path) && Run("umount", folder.Path);
    });

    private readonly TempFolder _folder = new();

    /// <param name="kibibytes">Its size.</param>
    public SmallDisk(int kibibytes)
    {
        Assert.True(Run("mount", "-t", "tmpfs", "-o", $"size={kibibytes}k", "tmpfs", _folder.Path));
    }

    public static bool IsAvailable => CanMount.Value;

    public string Path => _folder.Path;

    private string Filler => System.IO.Path.Combine(Path, "filler");

    /// <summary>Takes all room.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var block = new byte[512];
        for (var isFull = false; !isFull;)
        {
            isFull = Record.Exception(() => file.Write(block)) is IOException;
        }
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void Free()
    {
        File.Delete(Filler);
    }

    public void Dispose()
    {
        Assert.True(Run("umount", Path));
        _folder.Dispose();
    }

    private static bool Run(string program, params string[] arguments)
    {
        if (Programs.Find(program) is not { } path)
        {
            return false;
        }

        using var process = Process.Start(new ProcessStartInfo(path, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
