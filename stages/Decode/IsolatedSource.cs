using Streaming.Config.Run;
using Streaming.Stages.Frames;
using Streaming.Stages.Isolation;

namespace Streaming.Stages.Decode;

/// <summary>
/// A source that a process of its own decodes: whatever a decoder does to it, crash, leak or hang, costs this source its
/// connection and nobody anything else. Frames are read where the other process wrote them. See <see cref="DecoderChild"/>.
/// </summary>
internal sealed class IsolatedSource : IFrameSource
{
    /// <summary>How often a silent process is looked at.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    private readonly DecoderProcess _process;
    private readonly SourceConfig _config;
    private readonly SourceContext _context;
    private readonly bool _isOrdered;
    private readonly TimeSpan _readTimeout;
    private readonly ITimer _watch;
    private readonly Queue<Frame> _saved = [];
    private readonly Queue<FrameRemark> _remarks = [];
    private PacketReceiver? _packets;
    private RingReader? _ring;

    /// <summary>What came instead of a further frame.</summary>
    private Func<Frame?>? _end;

    // Shared with the timer.
    private long _waitingSince;
    private TimeSpan _patience;
    private volatile string? _killedFor;

    private IsolatedSource(
        DecoderProcess process, SourceConfig config, SourceContext context, bool isOrdered, TimeSpan readTimeout)
    {
        (_process, _config, _context, _isOrdered, _readTimeout) = (process, config, context, isOrdered, readTimeout);
        Info = new SourceInfo(context.Id, "", default, null, null);
        _watch = context.Time.CreateTimer(_ => Watch(), null, Beat, Beat);
    }

    /// <inheritdoc/>
    public SourceInfo Info { get; private set; }

    /// <summary>The decoder's process, for tests that do it harm.</summary>
    internal int ProcessId => _process.Id;

    /// <summary>Starts a process and waits until it has opened the source.</summary>
    /// <param name="command">How a decoder process is started.</param>
    /// <param name="config">What the user wants.</param>
    /// <param name="context">Name, memory and clock.</param>
    /// <param name="firstIndex">Files: frames with a smaller index are skipped.</param>
    /// <param name="isOrdered">Every frame in order; otherwise the newest.</param>
    /// <param name="openTimeout">After this time the process is killed.</param>
    /// <param name="readTimeout">Likewise for each frame.</param>
    /// <param name="cancellationToken">Gives up at once, whatever the decoder does.</param>
    /// <exception cref="DecodeException">The source cannot be opened, or its decoder crashes or hangs.</exception>
    public static IsolatedSource Open(
        DecoderCommand command,
        SourceConfig config,
        SourceContext context,
        long firstIndex,
        bool isOrdered,
        TimeSpan openTimeout,
        TimeSpan readTimeout,
        CancellationToken cancellationToken)
    {
        DecoderProcess process;
        try
        {
            process = DecoderProcess.Start(command, context.Id, context.Logger);
        }
        catch (IOException exception)
        {
            throw new DecodeException(
                DecodeError.Crashed, $"{context.Id}: its decoder does not start: {exception.Message}", exception);
        }

        var source = new IsolatedSource(process, config, context, isOrdered, readTimeout);
        try
        {
            source.Start(firstIndex, openTimeout, cancellationToken);
            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Frame? Read(CancellationToken cancellationToken)
    {
        using var registration = EndWith(cancellationToken);
        using var patience = BePatient(_readTimeout);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_saved.TryDequeue(out var frame) || TryTake(out frame))
            {
                return frame;
            }

            if (_end is not null)
            {
                return _end();
            }

            Handle(cancellationToken);
        }
    }

    /// <summary>Frames that were read stay readable.</summary>
    public void Dispose()
    {
        _watch.Dispose();
        _process.Dispose();
        _packets?.Dispose();
        _ring?.Dispose();
        while (_saved.TryDequeue(out var frame))
        {
            frame.Dispose();
        }
    }

    private void Start(long firstIndex, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var registration = EndWith(cancellationToken);
        using var patience = BePatient(timeout);
        _packets = ReceivePackets();
        var job = new DecoderJob(DecoderJob.CurrentVersion, Environment.ProcessId, _config, firstIndex, _isOrdered)
        {
            Packets = _packets?.Path,
        };
        Tell(pipe => pipe.Write(MessageKind.Job, job, DecoderJson.Default.DecoderJob));
        while (Info.Location.Length == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Handle(cancellationToken);
            _ = _end?.Invoke() ?? (_end is null ? null : throw EndedEarly());
        }
    }

    private PacketReceiver? ReceivePackets()
    {
        try
        {
            return _context.Packets is { } target ? new PacketReceiver(target, Distrust) : null;
        }
        catch (IOException exception)
        {
            throw new DecodeException(DecodeError.Crashed, $"{_context.Id}: {exception.Message}", exception);
        }
    }

    private CancellationTokenRegistration EndWith(CancellationToken cancellationToken)
    {
        return cancellationToken.UnsafeRegister(static process => ((DecoderProcess)process!).AskToEnd(), _process);
    }

    private DecodeException EndedEarly()
    {
        return new DecodeException(DecodeError.Corrupt, $"{_context.Id}: the stream ended before its first frame.");
    }

    private bool TryTake(out Frame? frame)
    {
        try
        {
            frame = _ring?.TryTake(_context.Id, _context.Pool, _context.Time.GetUtcNow());
        }
        catch (InvalidDataException exception)
        {
            Distrust(exception);
            frame = null;
            return false;
        }

        if (frame is null)
        {
            return false;
        }

        if (_remarks.TryDequeue(out var remark))
        {
            frame = new Frame(frame.Identity with { Name = remark.Name }, frame.Pixels) { Failure = remark.Failure };
        }

        return true;
    }

    /// <summary>Waits for a message and does what it says.</summary>
    private void Handle(CancellationToken cancellationToken)
    {
        try
        {
            switch (_process.Pipe.Read())
            {
                case MessageKind.Frame:
                    // The ring says it.
                    break;
                case MessageKind.Opened:
                    Open(_process.Pipe.Content(DecoderJson.Default.SourceOpened));
                    break;
                case MessageKind.RingWanted:
                    OfferRing(_process.Pipe.Content(DecoderJson.Default.RingRequest).SlotBytes);
                    break;
                case MessageKind.Remark:
                    _remarks.Enqueue(_process.Pipe.Content(DecoderJson.Default.FrameRemark));
                    break;
                case MessageKind.Failed:
                    var failed = _process.Pipe.Content(DecoderJson.Default.SourceFailed);
                    _end = () => throw new DecodeException(failed.Error, failed.Message);
                    break;
                case MessageKind.Ended:
                    _end = () => null;
                    break;
                case MessageKind.End:
                    var how = _process.WaitForEnd();
                    cancellationToken.ThrowIfCancellationRequested();
                    _end ??= () => throw Death(how);
                    break;
                case var other:
                    throw new InvalidDataException($"a message of kind {(byte)other}");
            }
        }
        catch (InvalidDataException exception)
        {
            Distrust(exception);
        }
    }

    private void Open(SourceOpened opened)
    {
        if (string.IsNullOrEmpty(opened.Location) || opened.Size.Height < 1 || opened.Size.Width < 1)
        {
            throw new InvalidDataException("a source without location or size");
        }

        Info = new SourceInfo(_context.Id, opened.Location, opened.Size, opened.FrameRate, opened.FrameCount)
        {
            Codec = opened.Codec,
            Decoder = opened.Decoder,
            Range = opened.Range,
        };
    }

    private void OfferRing(long slotBytes)
    {
        if (slotBytes < 1 || slotBytes > Math.Min(_context.Limit.Megapixels * 1e6, PixelPool.MostPixels) * 3)
        {
            throw new InvalidDataException($"frames of {slotBytes} bytes");
        }

        // What the old ring still holds comes first.
        while (TryTake(out var frame))
        {
            _saved.Enqueue(frame!);
        }

        _ring?.Dispose();
        try
        {
            _ring = new RingReader(slotBytes, _isOrdered, SlotReturned);
        }
        catch (IOException exception)
        {
            throw new DecodeException(DecodeError.Crashed, $"{_context.Id}: {exception.Message}", exception);
        }

        var offer = new RingOffer(_ring.Path, slotBytes);
        Tell(pipe => pipe.Write(MessageKind.Ring, offer, DecoderJson.Default.RingOffer));
    }

    private void SlotReturned()
    {
        if (_isOrdered)
        {
            Tell(static pipe => pipe.Write(MessageKind.SlotReturned));
        }
    }

    private void Tell(Action<MessagePipe> write)
    {
        try
        {
            write(_process.Pipe);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The process has ended; reading says how.
        }
    }

    /// <summary>On any thread.</summary>
    private void Distrust(InvalidDataException exception)
    {
        _process.Kill();
        _end = () => throw new DecodeException(
            DecodeError.Crashed, $"{_context.Id}: its decoder wrote nonsense and was ended: {exception.Message}.", exception);
    }

    private DecodeException Death(string how)
    {
        return _killedFor is { } reason
            ? new DecodeException(DecodeError.Stalled, $"{_context.Id}: its decoder hung and was ended: {reason}.")
            : new DecodeException(DecodeError.Crashed, $"{_context.Id}: its decoder crashed ({how}).");
    }

    /// <summary>For the time of a wait: after that the process is killed.</summary>
    private Impatience BePatient(TimeSpan timeout)
    {
        _patience = timeout;
        Volatile.Write(ref _waitingSince, _context.Time.GetTimestamp());
        return new Impatience(this);
    }

    private void Watch()
    {
        if (Volatile.Read(ref _waitingSince) is var since and not 0 && _killedFor is null)
        {
            var waited = _context.Time.GetElapsedTime(since);
            if (waited >= _patience)
            {
                _killedFor = $"it gave no answer within {_patience.TotalSeconds:0.#} s";
                _process.Kill();
            }
            else if (waited >= Beat && _process.IsStopped())
            {
                _killedFor = "somebody had stopped it";
                _process.Kill();
            }
        }
    }

    private readonly struct Impatience(IsolatedSource source) : IDisposable
    {
        public void Dispose()
        {
            Volatile.Write(ref source._waitingSince, 0);
        }
    }
}
