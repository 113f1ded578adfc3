using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Streaming.Stages.Emit;

/// <summary>
/// Keeps a second program from writing the files of a source: a lock file in the output folder, locked by flock, which says who
/// holds it. The operating system unlocks it when its holder dies, however that happens, so a lock file alone keeps nobody out.
/// </summary>
internal sealed partial class OutputLock : IDisposable
{
    private const int ReadWriteCreateCloseOnExec = 0x2 | 0x40 | 0x80000;
    private const int OwnerWritesAllRead = 0x1A4;
    private const int ExclusiveWithoutWaiting = 2 | 4;
    private const int WouldBlock = 11;

    private readonly string _path;
    private readonly FileStream _file;

    private OutputLock(string path, FileStream file)
    {
        (_path, _file) = (path, file);
    }

    /// <summary>Takes a lock.</summary>
    /// <param name="path">The lock file.</param>
    /// <param name="startedAt">When this run began.</param>
    /// <param name="holder">Who holds it, when somebody else does: "process 17, which runs since …".</param>
    /// <returns>
    /// Null when somebody else holds it, or when the file cannot be made: the outputs will say why nothing can be written here.
    /// </returns>
    public static OutputLock? TryTake(string path, DateTimeOffset startedAt, out string? holder)
    {
        holder = null;
        while (true)
        {
            var handle = new SafeFileHandle(open(path, ReadWriteCreateCloseOnExec, OwnerWritesAllRead), ownsHandle: true);
            if (handle.IsInvalid)
            {
                return null;
            }

            var file = new FileStream(handle, FileAccess.ReadWrite, bufferSize: 0);
            if (flock(handle, ExclusiveWithoutWaiting) != 0)
            {
                holder = Marshal.GetLastPInvokeError() == WouldBlock ? Read(file) : null;
                file.Dispose();
                return null;
            }

            // Its last holder may have removed it since it was opened.
            if (FileState.Of(path) is { } there && FileState.Of(handle)?.IsSameFile(there) == true)
            {
                Sign(file, startedAt);
                return new OutputLock(path, file);
            }

            file.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // While it is still locked: whoever opens it in between sees that it is gone.
        if (FileState.Of(_path) is { } there && FileState.Of(_file.SafeFileHandle)?.IsSameFile(there) == true)
        {
            File.Delete(_path);
        }

        _file.Dispose();
    }

    private static void Sign(FileStream file, DateTimeOffset startedAt)
    {
        var since = startedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        try
        {
            file.SetLength(0);
            file.Write(Encoding.UTF8.GetBytes($"process {Environment.ProcessId} on {Environment.MachineName}, since {since}\n"));
        }
        catch (IOException)
        {
            // The disk is full: the lock holds without a name.
        }
    }

    private static string Read(FileStream file)
    {
        var buffer = new byte[256];
        var text = Encoding.UTF8.GetString(buffer, 0, file.Read(buffer)).Trim();
        return text.Length == 0 ? "another process" : text;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(SafeFileHandle file, int operation);
}
