using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Polly;
using Polly.Retry;
using Streaming.Stages.Frames;

namespace Streaming.Stages.Decode;

/// <summary>How a lost source is tried again.</summary>
public sealed record ReconnectOptions
{
    /// <summary>Before the first try; doubles with each further one, with some jitter.</summary>
    /// <value>The default is 1 s.</value>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause, and the one after a wrong password or a stream that does not exist: a person has to act first.</summary>
    /// <value>The default is 30 s.</value>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>
/// A live source that never ends by itself: when it fails or ends it is opened anew, for ever, and its frames get a new epoch.
/// </summary>
public sealed class ReconnectingSource : IFrameSource
{
    private readonly Func<CancellationToken, IFrameSource> _open;
    private readonly ResiliencePipeline _retry;
    private readonly ILogger _logger;
    private readonly string _id;
    private IFrameSource? _current;
    private int _epoch;

    private ReconnectingSource(Func<CancellationToken, IFrameSource> open, string id, ReconnectOptions options, TimeProvider time, ILogger logger)
    {
        (_open, _id, _logger) = (open, id, logger);
        _retry = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<DecodeException>(exception => exception.Error is not (DecodeError.MissingLibrary or DecodeError.Unsupported)),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.Delay,
                MaxDelay = options.MaxDelay,
                DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(
                    arguments.Outcome.Exception is DecodeException { Error: DecodeError.Authentication or DecodeError.NotFound } ? options.MaxDelay : null),
                OnRetry = arguments =>
                {
                    StagesLog.Retrying(_logger, _id, arguments.Outcome.Exception!.Message, arguments.RetryDelay.TotalSeconds);
                    return default;
                },
            })
            .Build();
        Info = new SourceInfo(id, "", default, null, null);
    }

    /// <summary>What the first connection told.</summary>
    public SourceInfo Info { get; private set; }

    /// <summary>Opens the source, and tries again until it succeeds.</summary>
    /// <param name="open">Opens it once; throws a <see cref="DecodeException"/> when that fails.</param>
    /// <param name="id">Its name, for the log.</param>
    /// <param name="options">Pauses between tries.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of each try.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static ReconnectingSource Open(
        Func<CancellationToken, IFrameSource> open, string id, ReconnectOptions options, TimeProvider time, ILogger? logger, CancellationToken cancellationToken)
    {
        var source = new ReconnectingSource(open, id, options, time, logger ?? NullLogger.Instance);
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
                StagesLog.Reconnected(_logger, _id, _epoch);
            }

            var reason = "the stream ended";
            try
            {
                if (_current.Read(cancellationToken) is { } frame)
                {
                    return _epoch == 0 ? frame : new Frame(frame.Identity with { Epoch = _epoch }, frame.Pixels);
                }
            }
            catch (DecodeException exception)
            {
                reason = exception.Message;
            }

            StagesLog.Lost(_logger, _id, reason);
            _current.Dispose();
            _current = null;
            _epoch++;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _current?.Dispose();
        _current = null;
    }
}
