using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Streaming.Stages.Packets;

namespace Streaming.Stages.Isolation;

/// <summary>
/// The parent's end of a pipe through which a decoder process sends packets, read by a thread of its own, so that packets come
/// whatever becomes of frames. What comes is not trusted: sizes are bounded before memory is taken.
/// </summary>
internal sealed class PacketReceiver : IDisposable
{
    /// <summary>A key frame fits in, so that the process does not wait for us. The system may give less.</summary>
    private const int PipeBytes = 1 << 20;

    /// <summary>A process that even the system cannot end keeps nobody here.</summary>
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(2);

    private readonly IPacketTarget _target;
    private readonly Action<InvalidDataException> _distrust;
    private readonly FileStream _input;
    private readonly SafeFileHandle _output;
    private readonly Thread _thread;

    /// <param name="target">Gets the packets.</param>
    /// <param name="distrust">Called when something came that cannot be; nothing more is read.</param>
    /// <exception cref="IOException">The system gives no pipe.</exception>
    public PacketReceiver(IPacketTarget target, Action<InvalidDataException> distrust)
    {
        (_target, _distrust) = (target, distrust);
        Span<int> ends = stackalloc int[2];
        if (Libc.pipe2(ends, Libc.OpenCloseOnExec) != 0)
        {
            throw new IOException($"No pipe: {Libc.LastError}.");
        }

        _ = Libc.fcntl(ends[1], Libc.SetPipeSize, PipeBytes);
        _input = new FileStream(new SafeFileHandle(ends[0], ownsHandle: true), FileAccess.Read, 0);
        _output = new SafeFileHandle(ends[1], ownsHandle: true);
        Path = string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{ends[1]}");
        _thread = new Thread(Receive) { IsBackground = true, Name = "packets" };
        _thread.Start();
    }

    /// <summary>Where the process opens its end. Ours stays open until the process has ended: then the pipe ends.</summary>
    public string Path { get; }

    /// <summary>Waits for what the process, which must have ended, has sent.</summary>
    public void Dispose()
    {
        _output.Dispose();
        if (_thread.Join(EndTimeout))
        {
            _input.Dispose();
        }
    }

    private void Receive()
    {
        try
        {
            PacketFormat? format = null;
            var bytes = new byte[PacketHeader.Bytes];
            while (TryRead(bytes))
            {
                var header = PacketHeader.Read(bytes);
                var content = GC.AllocateUninitializedArray<byte>(header.Length);
                if (!TryRead(content))
                {
                    return;
                }

                if (header.Kind == PacketHeader.Content.Format)
                {
                    format = header.ToFormat(content);
                }
                else
                {
                    _target.Add(format ?? throw new InvalidDataException("a packet without a format"), header.ToPacket(content));
                }
            }
        }
        catch (InvalidDataException exception)
        {
            _distrust(exception);
        }
        catch (Exception exception)
        {
            // An exception that leaves a thread ends the program: nothing that a decoder sends may do that.
            _distrust(new InvalidDataException($"packets that cannot be kept ({exception.Message.TrimEnd('.')})", exception));
        }
    }

    /// <summary>False at the end of the pipe: a process that died has cut off what it was writing.</summary>
    private bool TryRead(byte[] target)
    {
        return _input.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) == target.Length;
    }
}
