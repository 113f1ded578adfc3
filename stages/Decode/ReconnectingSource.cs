using Streaming.Stages.Frames;

namespace Streaming.Stages.Decode;

/// <summary>
/// A live source that never ends by itself: when it fails or ends it is opened anew, for ever, and its frames get a new epoch.
/// </summary>
internal sealed class ReconnectingSource : IFrameSource
{
    private readonly Func<CancellationToken, IFrameSource> _open;
    private readonly SourceContext _context;
    private readonly Backoff _backoff;
    private IFrameSource? _current;
    private int _epoch;

    private ReconnectingSource(Func<CancellationToken, IFrameSource> open, ReconnectOptions options, SourceContext context)
    {
        (_open, _context, _backoff) = (open, context, new Backoff(options, context.Time));
        Info = new SourceInfo(context.Id, "", default, null, null);
    }

    /// <summary>What the first connection told.</summary>
    public SourceInfo Info { get; private set; }

    /// <summary>Opens the source, and tries again until it succeeds.</summary>
    /// <param name="open">Opens it once; throws a <see cref="DecodeException"/> when that fails.</param>
    /// <param name="options">Pauses between tries.</param>
    /// <param name="context">Told of each try and of each loss.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DecodeException">A library is missing, so that trying again is of no use.</exception>
    public static ReconnectingSource Open(
        Func<CancellationToken, IFrameSource> open,
        ReconnectOptions options,
        SourceContext context,
        CancellationToken cancellationToken)
    {
        var source = new ReconnectingSource(open, options, context);
        source._current = source.OpenUntilItSucceeds(cancellationToken);
        source.Info = source._current.Info;
        return source;
    }

    /// <inheritdoc/>
    public Frame? Read(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_current is null)
            {
                _current = OpenUntilItSucceeds(cancellationToken);
                StagesLog.Reconnected(_context.Logger, _context.Id, _epoch);
                Report(SourceEventKind.Reconnected, null, null);
            }

            var reason = new DecodeException(DecodeError.Connection, $"{Info.Location}: the stream ended.");
            try
            {
                if (_current.Read(cancellationToken) is { } frame)
                {
                    return _epoch == 0
                        ? frame
                        : new Frame(frame.Identity with { Epoch = _epoch }, frame.Pixels) { Failure = frame.Failure };
                }
            }
            catch (DecodeException exception)
            {
                reason = exception;
            }

            _current.Dispose();
            _current = null;
            _epoch++;
            var pause = _backoff.Failed(reason.Error);
            StagesLog.Lost(_context.Logger, _context.Id, reason.Message, pause.TotalSeconds);
            Report(SourceEventKind.Disconnected, reason, pause);
            Wait(pause, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _current?.Dispose();
        _current = null;
    }

    private IFrameSource OpenUntilItSucceeds(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (_context.Ring is { } ring)
                {
                    ring.Epoch = _epoch;
                }

                var source = _open(cancellationToken);
                _backoff.Opened();
                return source;
            }
            catch (DecodeException exception) when (exception.Error != DecodeError.MissingLibrary)
            {
                var pause = _backoff.Failed(exception.Error);
                StagesLog.Retrying(_context.Logger, _context.Id, exception.Message, pause.TotalSeconds);
                Report(SourceEventKind.OpenFailed, exception, pause);
                Wait(pause, cancellationToken);
            }
        }
    }

    private void Wait(TimeSpan pause, CancellationToken cancellationToken)
    {
        if (pause > TimeSpan.Zero)
        {
            Task.Delay(pause, _context.Time, cancellationToken).GetAwaiter().GetResult();
        }
    }

    private void Report(SourceEventKind kind, DecodeException? failure, TimeSpan? pause)
    {
        var now = _context.Time.GetUtcNow();
        _context.Report(new SourceEvent(kind, _epoch, now, failure?.Error, failure?.Message) { NextTryAt = now + pause });
    }
}
