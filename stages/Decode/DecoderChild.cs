using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Streaming.Stages.Frames;
using Streaming.Stages.Isolation;

namespace Streaming.Stages.Decode;

/// <summary>
/// The main loop of a decoder process: opens one source, writes its frames into the ring that it shares with its parent, and ends
/// with the source or with the parent. See <see cref="IsolatedSource"/> for the other side.
/// </summary>
internal sealed class DecoderChild : IDisposable
{
    /// <summary>Most time to close the source once the parent wants no more.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromMilliseconds(800);

    private readonly FrameSources _sources;
    private readonly MessagePipe _pipe;
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _returned = new(0);
    private readonly SemaphoreSlim _offered = new(0);
    private volatile RingOffer? _offer;

    private DecoderChild(FrameSources sources, MessagePipe pipe)
    {
        (_sources, _pipe) = (sources, pipe);
    }

    /// <summary>Runs until the source or the parent ends.</summary>
    /// <param name="sources">The kinds of sources.</param>
    /// <returns>The process's exit code: 0, or 2 when it was not started by a parent of the same version.</returns>
    public static int Run(FrameSources sources)
    {
        // Native libraries print to standard output too: it is theirs from here on, and ours is another descriptor.
        var output = Libc.fcntl(1, Libc.DuplicateCloseOnExec, 3);
        _ = Libc.dup2(2, 1);
        using var pipe = new MessagePipe(
            new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, 0),
            new FileStream(new SafeFileHandle(output, ownsHandle: true), FileAccess.Write, 0));
        if (ReadJob(pipe) is not { Version: DecoderJob.CurrentVersion } job || !Sandbox.BindToParent(job.Parent))
        {
            return 2;
        }

        PosixSignal[] shared = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP];
        var ignored = shared.Select(signal => PosixSignalRegistration.Create(signal, context => context.Cancel = true)).ToArray();
        using (var child = new DecoderChild(sources, pipe))
        {
            child.Work(job);
        }

        Array.ForEach(ignored, registration => registration.Dispose());
        return 0;
    }

    public void Dispose()
    {
        _end.Dispose();
        _returned.Dispose();
        _offered.Dispose();
    }

    /// <summary>What the parent wants; null when nobody, or somebody else, has started this process.</summary>
    private static DecoderJob? ReadJob(MessagePipe pipe)
    {
        try
        {
            return pipe.Read() == MessageKind.Job ? pipe.Content(DecoderJson.Default.DecoderJob) : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private void Work(DecoderJob job)
    {
        var done = new ManualResetEventSlim();
        var listener = new Thread(() => Listen(done)) { IsBackground = true, Name = "parent" };
        listener.Start();
        try
        {
            Decode(job);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The parent knows.
        }
        catch (DecodeException exception)
        {
            Fail(exception.Error, exception.Message);
        }
        catch (IOException) when (_end.IsCancellationRequested)
        {
            // The parent is gone in the middle of a message.
        }
        catch (Exception exception)
        {
            Fail(DecodeError.Crashed, $"{job.Source.Id}: its decoder failed unexpectedly: {exception.Message}");
        }

        done.Set();
    }

    private void Decode(DecoderJob job)
    {
        var kind = _sources.KindOf(job.Source.Input);
        kind.LoadLibraries();
        Sandbox.Enter(refusesNetwork: kind.IsFile);

        using var pool = new PixelPool();
        using var packets = job.Packets is { } path ? new PacketSender(path) : null;
        using var ring = new RingWriter(RequestRing, job.IsOrdered ? WaitForSlot : null);
        var context = new SourceContext(job.Source.Id, pool, TimeProvider.System)
        {
            Limit = new PixelLimit(job.Source.MaxMegapixels),
            Memory = ring,
            Packets = packets,
        };
        using var source = kind.Open(job.Source, context, job.FirstIndex, _end.Token);
        var info = source.Info;
        var opened = new SourceOpened(
            info.Location, info.Size, info.FrameRate, info.FrameCount, info.Codec, info.Decoder, info.Range);
        _pipe.Write(MessageKind.Opened, opened, DecoderJson.Default.SourceOpened);
        while (source.Read(_end.Token) is { } frame)
        {
            if (frame.Identity.Name is not null || frame.Failure is not null)
            {
                var remark = new FrameRemark(frame.Identity.Name, frame.Failure);
                _pipe.Write(MessageKind.Remark, remark, DecoderJson.Default.FrameRemark);
            }

            if (ring.Publish(frame))
            {
                _pipe.Write(MessageKind.Frame);
            }
        }

        _pipe.Write(MessageKind.Ended);
    }

    private RingMemory RequestRing(long slotBytes)
    {
        _pipe.Write(MessageKind.RingWanted, new RingRequest(slotBytes), DecoderJson.Default.RingRequest);
        _offered.Wait(_end.Token);
        return RingMemory.Open(_offer!.Path, _offer.SlotBytes);
    }

    private void WaitForSlot()
    {
        _returned.Wait(_end.Token);
    }

    private void Fail(DecodeError error, string message)
    {
        try
        {
            _pipe.Write(MessageKind.Failed, new SourceFailed(error, message), DecoderJson.Default.SourceFailed);
        }
        catch (IOException)
        {
            // Nobody listens any more.
        }
    }

    /// <summary>Hears the parent. When it is gone, or wants no more, the process ends, even while native code hangs.</summary>
    private void Listen(ManualResetEventSlim done)
    {
        while (_pipe.Read() is var kind && kind != MessageKind.End)
        {
            if (kind == MessageKind.Ring)
            {
                _offer = _pipe.Content(DecoderJson.Default.RingOffer);
                _offered.Release();
            }
            else
            {
                _returned.Release();
            }
        }

        _end.Cancel();
        done.Wait(CloseTimeout);
        Libc.Exit(0);
    }
}
