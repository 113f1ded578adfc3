using Polly;
using Polly.Retry;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Decode;

/// <summary>How a lost source is tried again.</summary>
internal sealed record ReconnectOptions
{
    /// <summary>Before the first try; doubles with each further one, with some jitter.</summary>
    /// <value>The default is 1 s.</value>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The longest pause, and the one after a wrong password or a stream that does not exist: a person has to act first.
    /// </summary>
    /// <value>The default is 30 s.</value>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>
/// A live source that never ends by itself: when it fails or ends it is opened anew, for ever, and its frames get a new epoch.
/// </summary>
internal sealed class ReconnectingSource : IFrameSource
{
    private readonly Func<CancellationToken, IFrameSource> _open;
    private readonly ResiliencePipeline _retry;
    private readonly SourceContext _context;
    private IFrameSource? _current;
    private int _epoch;

    private ReconnectingSource(Func<CancellationToken, IFrameSource> open, ReconnectOptions options, SourceContext context)
    {
        (_open, _context) = (open, context);
        _retry = new ResiliencePipelineBuilder { TimeProvider = context.Time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<DecodeException>(
                    exception => exception.Error is not (DecodeError.MissingLibrary or DecodeError.Unsupported)),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.Delay,
                MaxDelay = options.MaxDelay,
                DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(
                    arguments.Outcome.Exception is DecodeException { Error: DecodeError.Authentication or DecodeError.NotFound }
                        ? options.MaxDelay
                        : null),
                OnRetry = arguments =>
                {
                    var failure = arguments.Outcome.Exception!;
                    StagesLog.Retrying(_context.Logger, _context.Id, failure.Message, arguments.RetryDelay.TotalSeconds);
                    Report(SourceEventKind.OpenFailed, failure as DecodeException);
                    return default;
                },
            })
            .Build();
        Info = new SourceInfo(context.Id, "", default, null, null);
    }

    /// <summary>What the first connection told.</summary>
    public SourceInfo Info { get; private set; }

    /// <summary>Opens the source, and tries again until it succeeds.</summary>
    /// <param name="open">Opens it once; throws a <see cref="DecodeException"/> when that fails.</param>
    /// <param name="options">Pauses between tries.</param>
    /// <param name="context">Told of each try and of each loss.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static ReconnectingSource Open(
        Func<CancellationToken, IFrameSource> open,
        ReconnectOptions options,
        SourceContext context,
        CancellationToken cancellationToken)
    {
        var source = new ReconnectingSource(open, options, context);
        source._current = source._retry.Execute(open, cancellationToken);
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
                _current = _retry.Execute(_open, cancellationToken);
                StagesLog.Reconnected(_context.Logger, _context.Id, _epoch);
                Report(SourceEventKind.Reconnected, null);
            }

            var reason = new DecodeException(DecodeError.Connection, $"{Info.Location}: the stream ended.");
            try
            {
                if (_current.Read(cancellationToken) is { } frame)
                {
                    return _epoch == 0 ? frame : new Frame(frame.Identity with { Epoch = _epoch }, frame.Pixels);
                }
            }
            catch (DecodeException exception)
            {
                reason = exception;
            }

            StagesLog.Lost(_context.Logger, _context.Id, reason.Message);
            _current.Dispose();
            _current = null;
            _epoch++;
            Report(SourceEventKind.Disconnected, reason);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _current?.Dispose();
        _current = null;
    }

    private void Report(SourceEventKind kind, DecodeException? failure)
    {
        _context.Report(new SourceEvent(kind, _epoch, _context.Time.GetUtcNow(), failure?.Error, failure?.Message));
    }
}
