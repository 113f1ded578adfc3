using System.Runtime.InteropServices;

namespace Streaming.Stages.Emit;

/// <summary>
/// What the operating system knows about a path (statx of Linux, whose layout is the same on every processor): whether the file
/// there is still the one that was opened, and how large it is.
/// </summary>
/// <param name="Device">Which file system it is on.</param>
/// <param name="Inode">Which file it is.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Modified">When it was last written, in nanoseconds since 1970.</param>
internal readonly partial record struct FileState(long Device, long Inode, long Length, long Modified)
{
    private const int WorkingFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint InodeSizeAndTime = 0x340;

    /// <summary>Whether both are the same file, however long it is.</summary>
    public bool IsSameFile(FileState other)
    {
        return (Device, Inode) == (other.Device, other.Inode);
    }

    /// <summary>What is at a path; null when nothing is, or it cannot be seen.</summary>
    public static FileState? Of(string path)
    {
        return statx(WorkingFolder, path, 0, InodeSizeAndTime, out var buffer) == 0 ? buffer.State : null;
    }

    /// <summary>What a descriptor has open.</summary>
    public static FileState? Of(SafeHandle descriptor)
    {
        return statx((int)descriptor.DangerousGetHandle(), "", EmptyPath, InodeSizeAndTime, out var buffer) == 0
            ? buffer.State : null;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, out Buffer buffer);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Buffer
    {
        [FieldOffset(32)]
        private readonly long _inode;

        [FieldOffset(40)]
        private readonly long _length;

        [FieldOffset(112)]
        private readonly long _modifiedSeconds;

        [FieldOffset(120)]
        private readonly uint _modifiedNanoseconds;

        /// <summary>Major and minor number, one after the other.</summary>
        [FieldOffset(136)]
        private readonly long _device;

        public readonly FileState State =>
            new(_device, _inode, _length, (_modifiedSeconds * 1_000_000_000) + _modifiedNanoseconds);
    }
}
