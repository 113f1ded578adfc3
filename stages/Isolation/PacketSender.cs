using Microsoft.Win32.SafeHandles;
using Streaming.Stages.Packets;

namespace Streaming.Stages.Isolation;

/// <summary>The decoder process's end of the pipe that packets go through. Writing waits while the parent is behind.</summary>
internal sealed class PacketSender : IPacketTarget, IDisposable
{
    private readonly FileStream _pipe;
    private PacketFormat? _format;

    /// <param name="path">The parent's <see cref="PacketReceiver.Path"/>.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public PacketSender(string path)
    {
        var file = Libc.open(path, Libc.OpenWrite | Libc.OpenCloseOnExec);
        _pipe = file >= 0 ? new FileStream(new SafeFileHandle(file, ownsHandle: true), FileAccess.Write, 0)
            : throw new IOException($"{path}: {Libc.LastError}.");
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The parent is gone.</exception>
    public void Add(PacketFormat format, Packet packet)
    {
        if (_format?.IsSame(format) != true)
        {
            Write(PacketHeader.Of(format), format.Header);
            _format = format;
        }

        Write(PacketHeader.Of(packet), packet.Data);
    }

    public void Dispose()
    {
        _pipe.Dispose();
    }

    private void Write(PacketHeader header, byte[] content)
    {
        Span<byte> bytes = stackalloc byte[PacketHeader.Bytes];
        header.Write(bytes);
        _pipe.Write(bytes);
        _pipe.Write(content);
    }
}
