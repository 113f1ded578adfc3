using System.Runtime.InteropServices;

namespace Streaming.Cli.Running;

/// <summary>Whom a file belongs to (statx and chown of Linux).</summary>
/// <param name="User">The user's number.</param>
/// <param name="Group">The group's number.</param>
internal readonly partial record struct FileOwner(uint User, uint Group)
{
    private const int WorkingFolder = -100;
    private const uint UserAndGroup = 0x18;

    /// <summary>Whom a file belongs to; null when there is none, or it cannot be seen.</summary>
    public static FileOwner? Of(string path)
    {
        return statx(WorkingFolder, path, 0, UserAndGroup, out var buffer) == 0 ? buffer.Owner : null;
    }

    /// <summary>Gives a file to its owner.</summary>
    /// <returns>False when this process may not.</returns>
    public bool TryOwn(string path)
    {
        return Of(path) == this || chown(path, User, Group) == 0;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, out Buffer buffer);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chown(string path, uint user, uint group);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Buffer
    {
        [FieldOffset(20)]
        private readonly uint _user;

        [FieldOffset(24)]
        private readonly uint _group;

        public readonly FileOwner Owner => new(_user, _group);
    }
}
